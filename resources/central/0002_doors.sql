-- The doors through which a station writes: the rules of station/sync/pushing.py where no station can go round them.
--
-- Every function says who is calling by session_user, runs as the owner under a fixed search_path, and is closed to
-- PUBLIC. A refusal is SQLSTATE AX001: MESSAGE is its code, DETAIL what the sentence names. A fork is an answer, not an
-- error, because the evidence and the freeze must stay.

CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

CREATE FUNCTION refuse(code text, about text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'AX001', MESSAGE = code, DETAIL = about; END $$;

CREATE FUNCTION caller() RETURNS stations LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations;
BEGIN
    SELECT * INTO who FROM stations WHERE login = session_user::text COLLATE "default" FOR UPDATE;
    IF who.station IS NULL THEN PERFORM refuse('unknown_station', session_user::text); END IF;
    IF who.state = 'revoked' THEN PERFORM refuse('revoked', who.why); END IF;
    RETURN who;
END $$;

CREATE TYPE incoming AS (
    n bigint, station text, epoch int, seq bigint, subject text, kind text, city text, at bigint, prev text,
    hash bytea, number text, body text, signature bytea
);

CREATE FUNCTION read_batch(bodies text, signatures text) RETURNS incoming[] LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE batch incoming[]; total bigint; good bigint;
BEGIN
    WITH lines AS MATERIALIZED (  -- once, or every reference to j would read the text again
        SELECT b.n, b.body, s.signature, b.body::jsonb AS j
        FROM string_to_table(bodies, E'\n') WITH ORDINALITY AS b(body, n)
        JOIN string_to_table(signatures, E'\n') WITH ORDINALITY AS s(signature, n) USING (n)
    ), said AS MATERIALIZED (
        SELECT l.n, x.station, x.epoch, x.seq, x.subject, x.kind, x.city, x.at, x.prev,
               sha256(convert_to(l.body, 'UTF8')) AS hash, l.j -> 'data' ->> 'number' AS number, l.body,
               CASE WHEN l.signature = '-' THEN NULL ELSE decode(l.signature, 'hex') END AS signature,
               l.j ?& ARRAY['actor', 'at', 'city', 'data', 'epoch', 'format', 'kind', 'prev', 'seq', 'station',
                            'subject', 'version']
               AND l.j - ARRAY['actor', 'at', 'city', 'data', 'epoch', 'format', 'kind', 'prev', 'seq', 'station',
                               'subject', 'version', 'sealed'] = '{}'
               AND jsonb_typeof(l.j -> 'data') = 'object' AND l.j -> 'format' = '1'
               AND octet_length(l.body) <= 65536 AND left(l.body, 10) = '{"actor":"'
               AND right(l.body, 14) LIKE '%"version":%}'
               -- Lengths apart from the patterns: bounded repeats cost 35 us a fact, these cost one.
               AND length(x.kind) <= 64 AND x.kind ~ '^[a-z_]+([.][a-z_]+)*$'
               AND length(x.subject) <= 117 AND x.subject ~ '^[a-z]+:[!-~]+$'
               AND x.epoch > 0 AND x.seq > 0 AND x.at > 0 AND (x.prev <> '') = (x.seq > 1) AS well
        FROM lines l, LATERAL jsonb_to_record(l.j) AS x(station text, epoch int, seq bigint, subject text, kind text,
                                                       city text, at bigint, prev text)
    )
    SELECT array_agg((n, station, epoch, seq, subject, kind, city, at, prev, hash, number, body, signature)::incoming
                     ORDER BY n), count(*), count(*) FILTER (WHERE well)
    INTO batch, total, good FROM said;
    IF total = 0 OR total <> good THEN PERFORM refuse('fact_malformed', '?'); END IF;
    RETURN batch;
EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state THEN
    PERFORM refuse('fact_malformed', '?');
END $$;

CREATE FUNCTION push(bodies text, signatures text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    who stations := caller();
    batch incoming[] := read_batch(bodies, signatures);
    here progress; counter counters; wrong record; one record; now bigint := now_ms();
    fresh bigint; life int := batch[1].epoch; top bigint; last_number bigint; tip record;
BEGIN
    IF who.state = 'frozen' THEN PERFORM refuse('frozen', who.why); END IF;
    IF array_length(batch, 1) > 1000 THEN PERFORM refuse('too_many', '1000'); END IF;
    FOR one IN SELECT min(b.station) s, max(b.station) s2, min(b.city) c, max(b.city) c2, min(b.epoch) e,
                      max(b.epoch) e2 FROM unnest(batch) b LOOP
        IF one.s <> who.station OR one.s2 <> who.station THEN PERFORM refuse('other_station', ''); END IF;
        IF one.e <> one.e2 THEN PERFORM refuse('two_epochs', ''); END IF;
        IF one.c <> who.city OR one.c2 <> who.city THEN PERFORM refuse('other_city', ''); END IF;
    END LOOP;
    IF life > who.epoch THEN PERFORM refuse('epoch', life::text); END IF;
    SELECT * INTO here FROM progress p WHERE (p.city, p.station, p.epoch) = (who.city, who.station, life);
    IF here.station IS NULL THEN
        here := (who.city, who.station, life, 1, '', 0)::progress;
    END IF;
    top := here.next_seq;
    -- The first fact that does not fit decides, in the order of the batch.
    WITH fit AS (
        SELECT b.n, b.seq, b.hash, b.prev, b.at, b.seq < top AS old,
               top + count(*) FILTER (WHERE b.seq >= top) OVER (ORDER BY b.n) - 1 AS expected,
               lag(b.hash) OVER (PARTITION BY b.seq < top ORDER BY b.n) AS before,
               lag(b.at) OVER (PARTITION BY b.seq < top ORDER BY b.n) AS stamp
        FROM unnest(batch) b
    )
    SELECT f.n, f.seq, f.expected, w.why INTO wrong FROM fit f CROSS JOIN LATERAL (
        SELECT CASE
            WHEN f.old THEN CASE WHEN f.hash IS DISTINCT FROM (
                SELECT k.hash FROM facts k
                WHERE (k.city, k.station, k.epoch, k.seq) = (who.city, who.station, life, f.seq)) THEN 'forked' END
            WHEN f.seq <> f.expected THEN 'gap'
            WHEN f.prev <> coalesce(encode(f.before, 'hex'), here.head) THEN 'forked'
            WHEN f.at >> 16 > now + 300000 THEN 'stamp_ahead'
            WHEN f.at <= coalesce(f.stamp, here.newest) THEN 'stamp_back'
        END AS why) w
    WHERE w.why IS NOT NULL ORDER BY f.n LIMIT 1;
    IF wrong.why = 'forked' THEN
        INSERT INTO forks (city, hash, station, epoch, seq, body, signature, seen_ms)
        SELECT who.city, b.hash, who.station, life, b.seq, b.body, b.signature, now
        FROM unnest(batch) b WHERE b.n = wrong.n ON CONFLICT DO NOTHING;
        UPDATE stations SET state = 'frozen',
            why = '记录 ' || who.station || '.' || life || '.' || wrong.seq || ' 与省级平台已有的同号记录内容不同'
        WHERE station = who.station;
        RETURN jsonb_build_object('refused', 'forked', 'about', who.station || '.' || life || '.' || wrong.seq);
    ELSIF wrong.why IS NOT NULL THEN
        PERFORM refuse(wrong.why, who.station || '.' || life || '.' || wrong.seq || ' ' || wrong.expected);
    END IF;
    SELECT count(*) FILTER (WHERE b.seq >= top) INTO fresh FROM unnest(batch) b;
    IF fresh > 0 THEN
        INSERT INTO counters (city, number, newest, attended) VALUES (who.city, 0, 0, 0) ON CONFLICT DO NOTHING;
        SELECT * INTO counter FROM counters c WHERE c.city = who.city FOR UPDATE;
        last_number := counter.number;
        INSERT INTO facts (city, number, station, epoch, seq, subject, kind, recorded_at, hash, body, signature)
        SELECT who.city, last_number + row_number() OVER (ORDER BY b.n), who.station, life, b.seq, b.subject, b.kind,
               b.at, b.hash, b.body, b.signature
        FROM unnest(batch) b WHERE b.seq >= top;
        SELECT b.seq, encode(b.hash, 'hex') AS head, b.at INTO tip FROM unnest(batch) b ORDER BY b.n DESC LIMIT 1;
        INSERT INTO progress AS p (city, station, epoch, next_seq, head, newest)
        VALUES (who.city, who.station, life, tip.seq + 1, tip.head, tip.at)
        ON CONFLICT (city, station, epoch)
        DO UPDATE SET next_seq = excluded.next_seq, head = excluded.head, newest = excluded.newest;
        UPDATE counters SET number = last_number + fresh, newest = greatest(counter.newest, tip.at)
        WHERE city = who.city;
        here.next_seq := tip.seq + 1;
        here.head := tip.head;
        PERFORM follow(who.city, b.kind, b.subject, b.at, b.number) FROM unnest(batch) b
        WHERE b.seq >= top AND b.kind IN ('worker.erased', 'permit.generated') ORDER BY b.n;
    END IF;
    RETURN jsonb_build_object('accepted', fresh, 'repeated', array_length(batch, 1) - fresh,
                              'next_seq', here.next_seq, 'head', here.head);
END $$;

CREATE FUNCTION follow(place text, kind text, whom text, stamp bigint, given text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS
$$
BEGIN
    IF kind = 'permit.generated' THEN
        INSERT INTO permits (city, number, subject) VALUES (place, coalesce(given, ''), whom) ON CONFLICT DO NOTHING;
        RETURN;
    END IF;
    UPDATE blobs b SET box = NULL, size = 0 WHERE b.city = place AND b.subject = whom AND b.key_id IN
        (SELECT k.key_id FROM person_keys k WHERE k.city = place AND k.subject = whom AND k.made_at <= stamp);
    UPDATE person_keys SET wrapped = NULL WHERE city = place AND subject = whom AND made_at <= stamp;
END $$;

CREATE FUNCTION introduce(key bytea) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller();
BEGIN
    IF who.public_key IS NULL AND octet_length(key) = 32 THEN
        UPDATE stations SET public_key = key WHERE station = who.station;
    ELSIF who.public_key IS DISTINCT FROM key THEN
        PERFORM refuse('other_key', who.station);
    END IF;
    RETURN who.epoch;
END $$;

CREATE FUNCTION renew() RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller();
BEGIN
    -- What froze a station is looked at by people; only the administrator gives it a new life.
    IF who.state = 'frozen' THEN PERFORM refuse('frozen', who.why); END IF;
    UPDATE stations SET epoch = who.epoch + 1 WHERE station = who.station;
    RETURN who.epoch + 1;
END $$;

CREATE FUNCTION lease_numbers(place text, in_year int, wanted int) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); head int; tail int;
BEGIN
    IF who.state = 'frozen' THEN PERFORM refuse('frozen', who.why); END IF;
    IF length(place) <> 6 OR left(place, 4) <> left(who.city, 4) THEN PERFORM refuse('other_city', place); END IF;
    IF wanted NOT BETWEEN 1 AND 10000 THEN PERFORM refuse('block_size', '10000'); END IF;
    IF in_year NOT BETWEEN 2020 AND 2083 THEN PERFORM refuse('block_year', in_year::text); END IF;
    INSERT INTO number_heads (division, year, next) VALUES (place, in_year, 1) ON CONFLICT DO NOTHING;
    SELECT next INTO head FROM number_heads WHERE division = place AND year = in_year FOR UPDATE;
    IF head > 999999 THEN PERFORM refuse('numbers_exhausted', place || ' ' || in_year); END IF;
    tail := least(head + wanted - 1, 999999);
    UPDATE number_heads SET next = tail + 1 WHERE division = place AND year = in_year;
    INSERT INTO number_blocks (division, year, first, last, city, station, epoch, leased_ms)
    VALUES (place, in_year, head, tail, who.city, who.station, who.epoch, now_ms());
    RETURN jsonb_build_object('first', head, 'last', tail, 'epoch', who.epoch);
END $$;

CREATE FUNCTION put_key(id text, whom text, made bigint, box bytea) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); gone bigint;
BEGIN
    SELECT max(f.recorded_at) INTO gone FROM facts f
    WHERE f.city = who.city AND f.subject = whom AND f.kind = 'worker.erased';
    INSERT INTO person_keys (city, key_id, subject, made_at, wrapped)
    VALUES (who.city, id, whom, made, CASE WHEN made > coalesce(gone, 0) THEN box END) ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION put_blob(hash text, whom text, kind text, length int, key text, sealed bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); gone boolean;
BEGIN
    SELECT k.wrapped IS NULL INTO gone FROM person_keys k WHERE k.city = who.city AND k.key_id = key;
    INSERT INTO blobs (city, sha256, subject, media, size, key_id, box)
    VALUES (who.city, hash, whom, kind, CASE WHEN gone THEN 0 ELSE length END, key, CASE WHEN gone THEN NULL ELSE sealed END)
    ON CONFLICT DO NOTHING;
END $$;

CREATE FUNCTION give_back(bodies text, signatures text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); batch incoming[] := read_batch(bodies, signatures); fresh int;
BEGIN
    -- Whether the centre signed them is for the clerk to say; until then they only wait here.
    INSERT INTO returned (city, hash, station, epoch, seq, body, signature, given_by, verdict)
    SELECT who.city, b.hash, b.station, b.epoch, b.seq, b.body, b.signature, who.station, 'waiting'
    FROM unnest(batch) b WHERE b.city = who.city AND b.station = 'centre-' || who.city
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;
    RETURN fresh;
END $$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON TYPE incoming FROM PUBLIC;
GRANT EXECUTE ON FUNCTION push(text, text), introduce(bytea), renew(), lease_numbers(text, int, int),
    put_key(text, text, bigint, bytea), put_blob(text, text, text, int, text, bytea), give_back(text, text),
    now_ms() TO anxin_station;
GRANT EXECUTE ON FUNCTION now_ms() TO anxin_centre;
