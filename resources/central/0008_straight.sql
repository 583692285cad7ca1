-- The straight way through `push`: a batch as our own programs write it, one piece of one chain and all of it new, is
-- read by cutting its text; reading every header as JSON and writing it down again cost four times as much. The rules
-- are those of 0002_doors.sql and 0006_undecided.sql and no others: what is not seen at once to keep every one of them
-- leaves no trace here and is left to `push_each`, the door as it stood. It alone says no, but for a batch that comes
-- before the one it follows: a station sends the next before the answer, and reading that one twice is dear.

ALTER FUNCTION push(text, text) RENAME TO push_each;
REVOKE ALL ON FUNCTION push_each(text, text) FROM PUBLIC, anxin_station;

CREATE TYPE kept AS (count bigint, at bigint, head text, told text[]);

-- Gives so many facts of the chain `life`, the first and the last of which are named, their place behind what is there
-- by now; answers the number of the city they come after. They were read before anything was locked, so that one batch
-- is read while another is put: if the station, its chain or its stamps are not what they follow, data_exception.
CREATE FUNCTION place(who stations, life int, first bigint, prev text, since bigint, count bigint, head text, at bigint)
RETURNS bigint LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE here progress; counter counters;
BEGIN
    IF caller() IS DISTINCT FROM who THEN RAISE data_exception; END IF;
    SELECT * INTO here FROM progress p WHERE (p.city, p.station, p.epoch) = (who.city, who.station, life);
    IF here.station IS NULL THEN
        here := (who.city, who.station, life, 1, '', 0)::progress;
    END IF;
    IF here.next_seq < first AND prev ~ '^[0-9a-f]{64}$' AND since > 0 THEN  -- all are well; the first decides
        PERFORM refuse('gap', who.station || '.' || life || '.' || first || ' ' || here.next_seq);
    ELSIF ((here.next_seq, here.head) = (first, prev) AND here.newest < since) IS NOT TRUE THEN
        RAISE data_exception;
    END IF;
    INSERT INTO counters (city, number, newest, attended) VALUES (who.city, 0, 0, 0) ON CONFLICT DO NOTHING;
    SELECT * INTO counter FROM counters c WHERE c.city = who.city FOR UPDATE;
    UPDATE counters c SET number = counter.number + place.count, newest = greatest(counter.newest, place.at)
    WHERE c.city = who.city;
    INSERT INTO progress AS p (city, station, epoch, next_seq, head, newest)
    VALUES (who.city, who.station, life, first + place.count, place.head, place.at)
    ON CONFLICT (city, station, epoch)
    DO UPDATE SET next_seq = excluded.next_seq, head = excluded.head, newest = excluded.newest;
    RETURN counter.number;
END $$;

-- Puts the batch, numbered from `first` on in the chain `life`, if all of it is well; else nothing is put and `count` is
-- NULL. `told` are the bodies that something has to follow. Text that is no JSON, number or hex raises data_exception.
CREATE FUNCTION keep_straight(who stations, life int, first bigint, bodies text, signatures text) RETURNS kept
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE
    latest bigint := now_ms() + 300000; city text := ',"city":"' || who.city; found kept;
    form text := life || ',"format":1,"kind":"'; station text := ',"station":"' || who.station || '","subject":"';
BEGIN
    WITH lines AS (
        SELECT generate_subscripts(t.bodies, 1) AS n, unnest(t.bodies) AS body, unnest(t.signatures) AS signature
        FROM (SELECT string_to_array(bodies, E'\n') AS bodies, string_to_array(signatures, E'\n') AS signatures) t
    ), cut AS (  -- OFFSET 0: each piece is cut once, not wherever it is named
        SELECT l.n, l.body, l.signature, split_part(l.body, '","data":', 1) AS head,
               split_part(l.body, '","data":', 2) AS rest
        FROM lines l OFFSET 0
    ), halves AS (
        SELECT c.n, c.body, c.signature, c.head, split_part(c.rest, ',"epoch":', 1) AS said,
               split_part(c.rest, ',"epoch":', 2) AS tail
        FROM cut c OFFSET 0
    ), pieces AS (
        SELECT h.n, h.body, h.signature, h.head, h.said,
               split_part(h.tail, ',"seq":', 1) AS middle, split_part(h.tail, ',"seq":', 2) AS tail
        FROM halves h OFFSET 0
    ), words AS (
        SELECT p.*, split_part(p.head, '"', 4) AS actor, btrim(split_part(p.head, '"', 7), ':,')::bigint AS at,
               split_part(p.middle, '"', 6) AS kind, split_part(p.middle, '"', 10) AS prev,
               split_part(p.middle, '"', 11) <> '' AS sealed,
               split_part(p.tail, '"', 8) AS subject, split_part(p.tail, '"', 11) AS version
        FROM pieces p OFFSET 0
    ), read AS MATERIALIZED (
        SELECT w.n, w.body, w.actor, w.kind, w.subject, w.at, w.prev, sha256(convert_to(w.body, 'UTF8')) AS hash,
               CASE WHEN w.signature = '-' THEN NULL ELSE decode(w.signature, 'hex') END AS signature,
               w.signature IS NOT NULL AND octet_length(w.body) <= 65536
               -- Nothing is left over: each cut was at the only place there is. 25 octets are what was cut away.
               AND octet_length(w.body) = octet_length(w.head) + octet_length(w.said) + octet_length(w.middle)
                                        + octet_length(w.tail) + 25
               -- Written down again from its words it is the very same, and no word has a quote in it.
               AND w.head = '{"actor":"' || w.actor || '","at":' || w.at || city
               AND w.middle = form || w.kind || '","prev":"' || w.prev || CASE WHEN w.sealed
                       THEN '","sealed":{"box":"' || split_part(w.middle, '"', 16) || '","key":"'
                            || split_part(w.middle, '"', 20) || '"}' ELSE '"' END
               AND w.tail = (first + w.n - 1) || station || w.subject || '","version"' || w.version
               -- In octets, which are no fewer than characters.
               AND octet_length(w.actor) BETWEEN 1 AND 64
               AND octet_length(w.kind) <= 64 AND octet_length(w.subject) <= 117
               AND (w.version = ':1}' OR w.version ~ '^:[1-9][0-9]*}$' AND btrim(w.version, ':}')::bigint > 0)
               AND w.at >> 16 <= latest
               AND CASE WHEN w.sealed THEN length(split_part(w.middle, '"', 20)) = 32
                       AND split_part(w.middle, '"', 20) ~ '^[0-9a-f]+$'
                       AND replace(encode(decode(split_part(w.middle, '"', 16), 'base64'), 'base64'), E'\n', '')
                           = split_part(w.middle, '"', 16) ELSE true END
               -- Text of fewer than six brackets, without an escape, an exponent and twenty digits on end breaks no rule
               -- once it is JSON: it is not too deep, no number is too large, and jsonb reads whatever json does.
               AND starts_with(w.said, '{')
               AND CASE WHEN strpos(w.said, '\') = 0 AND w.said COLLATE "C" NOT LIKE '%[%[%[%[%'
                             AND w.said COLLATE "C" NOT LIKE '%{%{%{%'
                             AND w.said !~ '[:,[\s]-?[0-9.]*([eE]|[0-9]{19})'
                   THEN w.said::json IS NOT NULL
                   ELSE NOT jsonb_path_exists(w.said::jsonb, 'strict $.**{6}')
                        AND NOT jsonb_path_exists(w.said::jsonb,
                            'strict $.** ? (@.type() == "number" && (@ >= 1e19 || @ <= -1e19))') END AS well
        FROM words w
    ), fine AS MATERIALIZED (
        -- lag needs no order: of lines in another order the hashes would not follow one another.
        SELECT count(*) AS count
        FROM (SELECT r.well AND coalesce(r.prev = encode(lag(r.hash) OVER (), 'hex') AND r.at > lag(r.at) OVER (), true)
                     AS well FROM read r) f
        HAVING bool_and(coalesce(f.well, false)) AND count(*) <= 1000
           AND (SELECT bool_and(d.actor !~ '[\x01-\x1f\\]'  -- the same words come again and again
                                AND d.kind || ' ' || d.subject ~ '^[a-z_]+([.][a-z_]+)* [a-z]+:[!-[\]-~]+$')
                FROM (SELECT DISTINCT r.actor, r.kind, r.subject FROM read r) d)
    ), placed AS MATERIALIZED (  -- called with what is read and judged: only now is anything locked
        SELECT f.count, tip.at, encode(tip.hash, 'hex') AS head, p.number
        FROM fine f JOIN read base ON base.n = 1 JOIN read tip ON tip.n = f.count,
             LATERAL place(who, life, first, base.prev, base.at, f.count, encode(tip.hash, 'hex'), tip.at) AS p(number)
    ), put AS (
        INSERT INTO facts (city, number, station, epoch, seq, subject, kind, recorded_at, hash, body, signature)
        SELECT who.city, p.number + r.n, who.station, life, first + r.n - 1, r.subject, r.kind, r.at, r.hash,
               r.body, r.signature
        FROM placed p, read r
    )
    SELECT p.count, p.at, p.head, (SELECT array_agg(t.body ORDER BY t.n) FROM read t
                                   WHERE t.kind IN ('worker.erased', 'permit.generated'))
    INTO found FROM placed p;
    RETURN found;
END $$;

CREATE FUNCTION push_straight(bodies text, signatures text) RETURNS jsonb LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE chain text := split_part(split_part(bodies, E'\n', 1), '},"epoch":', 2);
    who stations; life int; first bigint; new kept;
BEGIN
    life := split_part(chain, ',', 1);
    first := split_part(split_part(chain, ',"seq":', 2), ',', 1);
    SELECT * INTO who FROM stations WHERE login = session_user::text COLLATE "default";
    IF (who.state = 'active' AND life BETWEEN 1 AND who.epoch) IS NOT TRUE THEN RETURN NULL; END IF;
    new := keep_straight(who, life, first, bodies, signatures);
    IF new.count IS NULL THEN RETURN NULL; END IF;
    PERFORM follow(who.city, t.j ->> 'kind', t.j ->> 'subject', (t.j ->> 'at')::bigint, t.j -> 'data' ->> 'number')
    FROM (SELECT u.body::jsonb AS j, u.n FROM unnest(new.told) WITH ORDINALITY AS u(body, n)) t ORDER BY t.n;
    RETURN jsonb_build_object('accepted', new.count, 'repeated', 0, 'next_seq', first + new.count, 'head', new.head);
EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state OR statement_too_complex THEN
    RETURN NULL;
END $$;

-- How a text with a backslash is read may be set by whoever logs in, and holds for what is parsed in that session.
CREATE FUNCTION push(bodies text, signatures text) RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
    RETURN coalesce(push_straight(bodies, signatures), push_each(bodies, signatures));
END $$;

REVOKE ALL ON FUNCTION place(stations, int, bigint, text, bigint, bigint, text, bigint),
    keep_straight(stations, int, bigint, text, text), push_straight(text, text), push(text, text) FROM PUBLIC;
REVOKE ALL ON TYPE kept FROM PUBLIC;
GRANT EXECUTE ON FUNCTION push(text, text) TO anxin_station;
