-- The province's own stations (330000) read the facts of every city, to count them. What opens a sealed box, a person's
-- key, stays in its city, and so do pictures and every right to write.
--
-- Their logins are members of anxin_province besides anxin_station; nobody else's statements meet these policies.

GRANT SELECT ON progress, counters, facts TO anxin_province;
CREATE POLICY province_reads ON progress FOR SELECT TO anxin_province USING ((SELECT my_city()) = '330000');
CREATE POLICY province_reads ON counters FOR SELECT TO anxin_province USING ((SELECT my_city()) = '330000');
CREATE POLICY province_reads ON facts FOR SELECT TO anxin_province USING ((SELECT my_city()) = '330000');
