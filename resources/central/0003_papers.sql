-- What the province says to everybody (key register, status lists) and what only the clerk knows (who holds a permit).

GRANT SELECT ON papers TO anxin_station, anxin_centre;
GRANT INSERT, UPDATE ON papers TO anxin_centre;
GRANT SELECT, INSERT, UPDATE ON holders TO anxin_centre;

ALTER TABLE papers ENABLE ROW LEVEL SECURITY;
ALTER TABLE papers FORCE ROW LEVEL SECURITY;
ALTER TABLE holders ENABLE ROW LEVEL SECURITY;
ALTER TABLE holders FORCE ROW LEVEL SECURITY;
CREATE POLICY centre_sees_all ON papers TO anxin_centre USING (true) WITH CHECK (true);
CREATE POLICY centre_sees_all ON holders TO anxin_centre USING (true) WITH CHECK (true);
-- Signed, province-wide and without personal data: every station that is not revoked may read them.
CREATE POLICY stations_read ON papers FOR SELECT TO anxin_station USING ((SELECT my_city()) IS NOT NULL);
