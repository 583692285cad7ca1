-- What every permit of the province answers: the clerk keeps it, a station asks for one whole number at a time.

GRANT SELECT, INSERT, UPDATE ON standings TO anxin_centre;
ALTER TABLE standings ENABLE ROW LEVEL SECURITY;
ALTER TABLE standings FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_sees_all ON standings TO anxin_centre USING (true) WITH CHECK (true);
-- Only the owner's function below looks across cities, and it gives out one line for one whole number.
CREATE POLICY asked_by_number ON standings FOR SELECT TO anxin_owner USING (true);

CREATE FUNCTION standing_of(asked text) RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS
$$
DECLARE found jsonb;
BEGIN
    IF (SELECT my_city()) IS NULL OR asked IS NULL OR asked !~ '^[0-9]{16}$' THEN RETURN NULL; END IF;
    SELECT jsonb_build_object('city', s.city, 'colours', s.colours, 'issue', s.issue, 'now', now_ms()) INTO found
    FROM standings s WHERE s.number = asked
    ORDER BY (left(s.city, 4) = left(asked, 4)) DESC, s.city LIMIT 1;
    RETURN found;
END $$;
REVOKE ALL ON FUNCTION standing_of(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION standing_of(text) TO anxin_station;
