-- Who may see and do what at a centre on PostgreSQL (trust.md section 7). Run once by the step 0002, as the owner.
--
-- anxin_owner    owns everything, cannot log in; policies are FORCEd on it as on everybody.
-- anxin_centre   the clerk's process and the administrator: every city, still no DELETE and no change of a fact.
-- anxin_station  what every station's own login is a member of: reads its city, writes through the functions only.
--
-- A station is whoever session_user is. SET ROLE, SET and a pool in front cannot make it another one.

CREATE FUNCTION my_city() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS
$$ SELECT city::text FROM public.stations WHERE login = session_user::text COLLATE "default" AND state <> 'revoked' $$;
REVOKE ALL ON FUNCTION my_city() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_city() TO anxin_station, anxin_centre;

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO anxin_station, anxin_centre;

GRANT SELECT ON centre, stations, progress, counters, facts, permits, person_keys, blobs, number_heads, number_blocks
    TO anxin_station;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO anxin_centre;
GRANT INSERT ON stations, progress, counters, facts, forks, permits, person_keys, blobs, number_heads, number_blocks,
    returned TO anxin_centre;
GRANT UPDATE ON centre, stations, progress, counters, person_keys, blobs, number_heads, returned TO anxin_centre;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['centre', 'stations', 'progress', 'counters', 'facts', 'forks', 'permits',
                                'person_keys', 'blobs', 'number_heads', 'number_blocks', 'returned'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY centre_sees_all ON %I TO anxin_centre USING (true) WITH CHECK (true)', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['progress', 'counters', 'facts', 'forks', 'permits', 'person_keys', 'blobs',
                                'number_blocks', 'returned'] LOOP
        -- The sub-select is evaluated once per statement, so the index on city is used (data.md section 5).
        EXECUTE format('CREATE POLICY own_city ON %I TO anxin_station, anxin_owner '
                       'USING (city = (SELECT my_city())) WITH CHECK (city = (SELECT my_city()))', name);
    END LOOP;
END $$;
CREATE POLICY own_city ON number_heads TO anxin_station, anxin_owner
    USING (left(division, 4) = left((SELECT my_city()), 4)) WITH CHECK (left(division, 4) = left((SELECT my_city()), 4));
CREATE POLICY own_row ON stations TO anxin_station, anxin_owner
    USING (login = session_user::text COLLATE "default") WITH CHECK (login = session_user::text COLLATE "default");
CREATE POLICY everybody_reads ON centre FOR SELECT TO anxin_station, anxin_owner USING (true);
