-- What loads need on PanDA's Oracle, and at the end what the monitor may have besides. Run by a DBA; schemas and names
-- as in the settings HMSF_ORACLE_*.
-- READ (12.1.0.2 and later) is SELECT without FOR UPDATE: HMSF can neither write nor lock.

CREATE ROLE hmsf_reader;
GRANT CREATE SESSION TO hmsf_reader;

-- The completed jobs. FLASHBACK lets every statement of a load read at one SCN; without it loads still run, and the
-- ledger says `unsnapshotted`.
GRANT READ, FLASHBACK ON ATLAS_PANDA.JOBSARCHIVED4 TO hmsf_reader;
GRANT READ, FLASHBACK ON ATLAS_PANDAARCH.JOBSARCHIVED TO hmsf_reader;

-- Which days have been copied to JOBSARCHIVED. Optional: without it JOBSARCHIVED is read for every window.
GRANT READ, FLASHBACK ON ATLAS_PANDA.TABLEPART4COPYING TO hmsf_reader;

-- The current SCN. Optional in the same way as FLASHBACK.
GRANT READ ON SYS.V_$DATABASE TO hmsf_reader;

-- In the database of the years put away, where there is one: the same role, session and SCN, and each table.
-- GRANT READ, FLASHBACK ON ATLAS_PANDAARCH.Y2023_JOBSARCHIVED TO hmsf_reader;

-- The monitor logs in as loads do and reads JOBSARCHIVED4. Optional: to count jobs on their way, and to find one.
-- GRANT READ ON ATLAS_PANDA.JOBSDEFINED4 TO hmsf_reader;
-- GRANT READ ON ATLAS_PANDA.JOBSACTIVE4 TO hmsf_reader;

-- Then: CREATE USER hmsf IDENTIFIED BY ...; GRANT hmsf_reader TO hmsf;
-- A profile with SESSIONS_PER_USER of 4 holds the readers (HMSF_SOURCE_SESSIONS, 2) and the session of the snapshot. The
-- monitor has one more for each page that is asking at the moment, for seconds: give it 4 more.
-- Undo: a load reads for minutes; UNDO_RETENTION above 1800 seconds spares it ORA-01555.
