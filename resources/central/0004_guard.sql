-- Numbers after a restore, and how large a thing may be: what 0002_doors.sql did not ask.

-- Where a division begins that the backup did not know yet (station/sync/centre_numbers.py). Only the owner's functions
-- look at it, for a station of any city.
CREATE POLICY floor_is_read ON number_heads FOR SELECT TO anxin_owner USING (division = '000000');

CREATE OR REPLACE FUNCTION lease_numbers(place text, in_year int, wanted int) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); head int; tail int;
BEGIN
    IF who.state = 'frozen' THEN PERFORM refuse('frozen', who.why); END IF;
    IF length(place) <> 6 OR left(place, 4) <> left(who.city, 4) THEN PERFORM refuse('other_city', place); END IF;
    IF wanted NOT BETWEEN 1 AND 10000 THEN PERFORM refuse('block_size', '10000'); END IF;
    IF in_year NOT BETWEEN 2020 AND 2083 THEN PERFORM refuse('block_year', in_year::text); END IF;
    INSERT INTO number_heads (division, year, next)
    VALUES (place, in_year, coalesce((SELECT h.next FROM number_heads h WHERE h.division = '000000' AND h.year = 0), 1))
    ON CONFLICT DO NOTHING;
    SELECT next INTO head FROM number_heads WHERE division = place AND year = in_year FOR UPDATE;
    IF head > 999999 THEN PERFORM refuse('numbers_exhausted', place || ' ' || in_year); END IF;
    tail := least(head + wanted - 1, 999999);
    UPDATE number_heads SET next = tail + 1 WHERE division = place AND year = in_year;
    INSERT INTO number_blocks (division, year, first, last, city, station, epoch, leased_ms)
    VALUES (place, in_year, head, tail, who.city, who.station, who.epoch, now_ms());
    RETURN jsonb_build_object('first', head, 'last', tail, 'epoch', who.epoch);
END $$;

-- A login in other hands shall not fill the province's disk with one call (trust.md T8).
CREATE FUNCTION too_large() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'AX001', MESSAGE = 'too_large', DETAIL = ''; END $$;
REVOKE ALL ON FUNCTION too_large() FROM PUBLIC;
CREATE TRIGGER too_large BEFORE INSERT ON blobs FOR EACH ROW
    WHEN (octet_length(NEW.box) > 16777216 + 64) EXECUTE FUNCTION too_large();
CREATE TRIGGER too_large BEFORE INSERT ON person_keys FOR EACH ROW
    WHEN (octet_length(NEW.wrapped) > 256) EXECUTE FUNCTION too_large();

CREATE OR REPLACE FUNCTION give_back(bodies text, signatures text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE who stations := caller(); batch incoming[] := read_batch(bodies, signatures); fresh int;
BEGIN
    IF array_length(batch, 1) > 1000 THEN PERFORM refuse('too_many', '1000'); END IF;
    -- Whether the centre signed them is for the clerk to say; until then they only wait here.
    INSERT INTO returned (city, hash, station, epoch, seq, body, signature, given_by, verdict)
    SELECT who.city, b.hash, b.station, b.epoch, b.seq, b.body, b.signature, who.station, 'waiting'
    FROM unnest(batch) b WHERE b.city = who.city AND b.station = 'centre-' || who.city
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;
    RETURN fresh;
END $$;
