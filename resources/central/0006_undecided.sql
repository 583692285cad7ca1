-- A login in other hands and its own program (trust.md T8): what it writes stops neither the clerk nor a neighbour.

-- What the clerk could not decide is the centre's own business; no station reads it.
GRANT SELECT, INSERT, UPDATE ON undecided TO anxin_centre;
ALTER TABLE undecided ENABLE ROW LEVEL SECURITY;
ALTER TABLE undecided FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_sees_all ON undecided TO anxin_centre USING (true) WITH CHECK (true);

-- The hash of a fact does not cover its signature: a wrong copy stands in nobody's way but its giver's, and the giver's
-- own next copy takes its place.
ALTER TABLE returned DROP CONSTRAINT returned_pkey;
ALTER TABLE returned ADD CONSTRAINT returned_pkey PRIMARY KEY (city, hash, given_by);

CREATE OR REPLACE FUNCTION give_back(bodies text, signatures text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); batch incoming[] := read_batch(bodies, signatures); fresh int;
BEGIN
    IF array_length(batch, 1) > 1000 THEN PERFORM refuse('too_many', '1000'); END IF;
    -- Whether the centre signed them is for the clerk to say; until then they only wait here.
    INSERT INTO returned AS r (city, hash, station, epoch, seq, body, signature, given_by, verdict)
    SELECT DISTINCT ON (b.hash)
           who.city, b.hash, b.station, b.epoch, b.seq, b.body, b.signature, who.station, 'waiting'
    FROM unnest(batch) b WHERE b.city = who.city AND b.station = 'centre-' || who.city ORDER BY b.hash, b.n DESC
    ON CONFLICT (city, hash, given_by) DO UPDATE SET signature = excluded.signature, verdict = 'waiting'
    WHERE r.verdict <> 'taken'
      AND (r.verdict <> 'waiting' OR r.signature IS DISTINCT FROM excluded.signature);
    GET DIAGNOSTICS fresh = ROW_COUNT;
    RETURN fresh;
END $$;

-- The header as strictly as station/ledger/form.py: everything around `data` is written down again from what was read
-- and must be the very same text, so that no part stands twice, no number is a fraction or a text, and every reader
-- reads one header. What `data` and the box say is not judged here; that it is not too deep and that no number in it is
-- beyond what every reader can hold is.
CREATE OR REPLACE FUNCTION read_batch(bodies text, signatures text) RETURNS incoming[] LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE batch incoming[]; total bigint; good bigint;
BEGIN
    WITH lines AS MATERIALIZED (  -- once, or every reference to j would read the text again
        SELECT b.n, b.body, s.signature, b.body::jsonb AS j
        FROM string_to_table(bodies, E'\n') WITH ORDINALITY AS b(body, n)
        JOIN string_to_table(signatures, E'\n') WITH ORDINALITY AS s(signature, n) USING (n)
    ), parts AS MATERIALIZED (
        SELECT l.n, l.body, l.signature, l.j, x.*, l.j -> 'sealed' ->> 'key' AS box_key, l.j -> 'sealed' ->> 'box' AS box,
               '{"actor":' || to_json(x.actor) || ',"at":' || x.at || ',"city":"' || x.city || '","data":' AS before,
               ',"epoch":' || x.epoch || ',"format":1,"kind":"' || x.kind || '","prev":"' || x.prev
               || CASE WHEN l.j ? 'sealed'
                       THEN '","sealed":{"box":"' || (l.j -> 'sealed' ->> 'box') || '","key":"'
                            || (l.j -> 'sealed' ->> 'key') || '"}' ELSE '"' END
               || ',"seq":' || x.seq || ',"station":"' || x.station || '","subject":' || to_json(x.subject) || ',"version":' || x.version
               || '}' AS after
        FROM lines l, LATERAL jsonb_to_record(l.j) AS x(station text, epoch int, seq bigint, subject text, kind text,
                                                       city text, at bigint, prev text, actor text, version bigint)
    ), said AS MATERIALIZED (
        SELECT p.n, p.station, p.epoch, p.seq, p.subject, p.kind, p.city, p.at, p.prev,
               sha256(convert_to(p.body, 'UTF8')) AS hash, p.j -> 'data' ->> 'number' AS number, p.body,
               CASE WHEN p.signature = '-' THEN NULL ELSE decode(p.signature, 'hex') END AS signature,
               octet_length(p.body) <= 65536
               AND length(p.actor) BETWEEN 1 AND 64 AND p.version > 0
               -- Lengths apart from the patterns: bounded repeats cost 35 us a fact, these cost one.
               AND length(p.kind) <= 64 AND p.kind ~ '^[a-z_]+([.][a-z_]+)*$'
               AND length(p.subject) <= 117 AND p.subject ~ '^[a-z]+:[!-~]+$'
               AND p.epoch > 0 AND p.seq > 0 AND p.at > 0 AND (p.prev <> '') = (p.seq > 1)
               AND CASE WHEN p.j ? 'sealed' THEN length(p.box_key) = 32 AND p.box_key ~ '^[0-9a-f]+$'
                   AND replace(encode(decode(p.box, 'base64'), 'base64'), E'\n', '') = p.box ELSE true END
               AND starts_with(p.body, p.before) AND right(p.body, length(p.after)) = p.after
               AND length(p.body) > length(p.before) + length(p.after)
               AND CASE WHEN length(p.body) > length(p.before) + length(p.after)
                   THEN json_typeof(substr(p.body, length(p.before) + 1,
                                           length(p.body) - length(p.before) - length(p.after))::json) END = 'object'
               AND NOT jsonb_path_exists(p.j -> 'data', 'strict $.**{6}')
               AND NOT jsonb_path_exists(p.j -> 'data',
                   'strict $.** ? (@.type() == "number" && (@ >= 1e19 || @ <= -1e19))') AS well
        FROM parts p
    )
    SELECT array_agg((n, station, epoch, seq, subject, kind, city, at, prev, hash, number, body, signature)::incoming
                     ORDER BY n), count(*), count(*) FILTER (WHERE well)
    INTO batch, total, good FROM said;
    IF total = 0 OR total <> good THEN PERFORM refuse('fact_malformed', '?'); END IF;
    RETURN batch;
EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state OR statement_too_complex THEN
    PERFORM refuse('fact_malformed', '?');
END $$;
