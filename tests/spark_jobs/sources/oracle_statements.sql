-- What HMSF sends to Oracle for the window 2023-12-31T23:00Z/2024-01-01T00:00Z. Grants: oracle_grants.sql.
-- Where it may not flash back, AS OF SCN :scn is left out; nothing else differs (--unsnapshotted).
-- Columns that the table of a year lacks are not in its `rows_by_pandaid`, and in its `control_totals` they are
-- CAST(NULL AS ...). `table_columns` says which they are; here the table is written as if it had all.

-- read_only: first statement of every session: it cannot write
--   reads nothing (main database)
SET TRANSACTION READ ONLY;

-- snapshot: once a load and database: the SCN that everything is read at, and its time
--   reads V$DATABASE (main database)
SELECT current_scn, SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM v$database;

-- clock: once a load, instead of `snapshot` where v$database cannot be read: the time of the load
--   reads nothing (main database)
SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM dual;

-- role: once a load and database: whether it is a standby
--   reads nothing (main database)
SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS database_role FROM dual;

-- open_mode: on a standby only: whether it applies what its primary does
--   reads V$DATABASE (main database)
SELECT open_mode FROM v$database;

-- standby_limit: on a standby only, then `table_blocks`, `snapshot` and `open_mode`: beyond 60 s behind they fail
--   reads nothing (main database)
ALTER SESSION SET STANDBY_MAX_DATA_DELAY = 60;

-- table_columns: once a load and table: columns and types, and whether it can be read at an SCN; gives no rows
--   reads ATLAS_PANDA.JOBSARCHIVED4 (main database)
--   :scn NUMBER = the SCN of the load
SELECT * FROM ATLAS_PANDA.JOBSARCHIVED4 AS OF SCN :scn WHERE 1 = 0;

-- table_blocks: once a load and table: how big the table is (blocks, from the optimizer's statistics)
--   reads ALL_TABLES (main database)
--   :owner VARCHAR = ATLAS_PANDA, :table_name VARCHAR = JOBSARCHIVED4
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = JOBSARCHIVED
SELECT blocks FROM all_tables WHERE owner = :owner AND table_name = :table_name;

-- partition_key: once a load and table: is it partitioned by MODIFICATIONTIME?
--   reads ALL_PART_KEY_COLUMNS (main database)
--   :owner VARCHAR = ATLAS_PANDA, :table_name VARCHAR = JOBSARCHIVED4
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = JOBSARCHIVED
SELECT column_name FROM all_part_key_columns
 WHERE owner = :owner AND name = :table_name AND object_type = 'TABLE' AND column_position = 1;

-- time_index: once a load and table: is there an index that starts with MODIFICATIONTIME?
--   reads ALL_IND_COLUMNS (main database)
--   :owner VARCHAR = ATLAS_PANDA, :table_name VARCHAR = JOBSARCHIVED4
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = JOBSARCHIVED
SELECT index_name FROM all_ind_columns
 WHERE table_owner = :owner AND table_name = :table_name
   AND column_name = 'MODIFICATIONTIME' AND column_position = 1;

-- table_columns: once a load and table: columns and types, and whether it can be read at an SCN; gives no rows
--   reads ATLAS_PANDAARCH.JOBSARCHIVED (main database)
--   :scn NUMBER = the SCN of the load
SELECT * FROM ATLAS_PANDAARCH.JOBSARCHIVED AS OF SCN :scn WHERE 1 = 0;

-- read_only: first statement of every session: it cannot write
--   reads nothing (years database)
SET TRANSACTION READ ONLY;

-- snapshot: once a load and database: the SCN that everything is read at, and its time
--   reads V$DATABASE (years database)
SELECT current_scn, SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM v$database;

-- clock: once a load, instead of `snapshot` where v$database cannot be read: the time of the load
--   reads nothing (years database)
SELECT SYS_EXTRACT_UTC(SYSTIMESTAMP) AS taken FROM dual;

-- role: once a load and database: whether it is a standby
--   reads nothing (years database)
SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS database_role FROM dual;

-- open_mode: on a standby only: whether it applies what its primary does
--   reads V$DATABASE (years database)
SELECT open_mode FROM v$database;

-- standby_limit: on a standby only, then `table_blocks`, `snapshot` and `open_mode`: beyond 60 s behind they fail
--   reads nothing (years database)
ALTER SESSION SET STANDBY_MAX_DATA_DELAY = 60;

-- table_columns: once a load and table: columns and types, and whether it can be read at an SCN; gives no rows
--   reads ATLAS_PANDAARCH.Y2023_JOBSARCHIVED (years database)
--   :scn NUMBER = the SCN of the load
SELECT * FROM ATLAS_PANDAARCH.Y2023_JOBSARCHIVED AS OF SCN :scn WHERE 1 = 0;

-- table_blocks: once a load and table: how big the table is (blocks, from the optimizer's statistics)
--   reads ALL_TABLES (years database)
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = Y2023_JOBSARCHIVED
SELECT blocks FROM all_tables WHERE owner = :owner AND table_name = :table_name;

-- partition_key: once a load and table: is it partitioned by MODIFICATIONTIME?
--   reads ALL_PART_KEY_COLUMNS (years database)
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = Y2023_JOBSARCHIVED
SELECT column_name FROM all_part_key_columns
 WHERE owner = :owner AND name = :table_name AND object_type = 'TABLE' AND column_position = 1;

-- time_index: once a load and table: is there an index that starts with MODIFICATIONTIME?
--   reads ALL_IND_COLUMNS (years database)
--   :owner VARCHAR = ATLAS_PANDAARCH, :table_name VARCHAR = Y2023_JOBSARCHIVED
SELECT index_name FROM all_ind_columns
 WHERE table_owner = :owner AND table_name = :table_name
   AND column_name = 'MODIFICATIONTIME' AND column_position = 1;

-- copy_log: once a load and day: has the day's partition of JOBSARCHIVED4 been copied to JOBSARCHIVED?
--   reads ATLAS_PANDA.TABLEPART4COPYING (main database)
--   :scn NUMBER = the SCN of the load, :table_name VARCHAR = JOBSARCHIVED4, :partition_name VARCHAR = PART_JOBSARCHIVED4_01012024
SELECT copied_to_arch, copying_done_on, deleted_on, data_verif_passed
  FROM ATLAS_PANDA.TABLEPART4COPYING AS OF SCN :scn
 WHERE table_name = :table_name AND partition_name = :partition_name;

-- control_totals: once a load and database: counts of the window
--   reads ATLAS_PANDA.JOBSARCHIVED4 and ATLAS_PANDAARCH.JOBSARCHIVED (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT CASE
         WHEN GROUPING(jobstatus) = 0 THEN 'state'
         WHEN GROUPING(brokerageerrorcode) = 0 THEN 'brokerage'
         WHEN GROUPING(ddmerrorcode) = 0 THEN 'dataservice'
         WHEN GROUPING(exeerrorcode) = 0 THEN 'executor'
         WHEN GROUPING(jobdispatchererrorcode) = 0 THEN 'jobdispatcher'
         WHEN GROUPING(piloterrorcode) = 0 THEN 'pilot'
         WHEN GROUPING(taskbuffererrorcode) = 0 THEN 'taskbuffer'
         WHEN GROUPING(transexitcode) = 0 THEN 'transform'
         WHEN GROUPING(superrorcode) = 0 THEN 'supervisor'
         ELSE 'rows' END AS kind,
       hour,
       CASE
         WHEN GROUPING(jobstatus) = 0 THEN jobstatus
         WHEN GROUPING(brokerageerrorcode) = 0 THEN CAST(brokerageerrorcode AS VARCHAR2(40))
         WHEN GROUPING(ddmerrorcode) = 0 THEN CAST(ddmerrorcode AS VARCHAR2(40))
         WHEN GROUPING(exeerrorcode) = 0 THEN CAST(exeerrorcode AS VARCHAR2(40))
         WHEN GROUPING(jobdispatchererrorcode) = 0 THEN CAST(jobdispatchererrorcode AS VARCHAR2(40))
         WHEN GROUPING(piloterrorcode) = 0 THEN CAST(piloterrorcode AS VARCHAR2(40))
         WHEN GROUPING(taskbuffererrorcode) = 0 THEN CAST(taskbuffererrorcode AS VARCHAR2(40))
         WHEN GROUPING(transexitcode) = 0 THEN transexitcode
         WHEN GROUPING(superrorcode) = 0 THEN CAST(superrorcode AS VARCHAR2(40)) END AS written,
       COUNT(*) AS n,
       COUNT(first_of_job) AS n_distinct
  FROM (
    SELECT hour, jobstatus, brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode,
           taskbuffererrorcode, transexitcode, superrorcode,
           CASE WHEN ROW_NUMBER() OVER (PARTITION BY hour, pandaid ORDER BY pandaid) = 1 THEN 1 END AS first_of_job
      FROM (
        SELECT TRUNC(modificationtime, 'HH24') AS hour, pandaid, jobstatus,
               brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode, taskbuffererrorcode,
               transexitcode, superrorcode
          FROM ATLAS_PANDA.JOBSARCHIVED4 AS OF SCN :scn
         WHERE modificationtime >= :window_start AND modificationtime < :window_end
        UNION ALL
        SELECT TRUNC(modificationtime, 'HH24') AS hour, pandaid, jobstatus,
               brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode, taskbuffererrorcode,
               transexitcode, superrorcode
          FROM ATLAS_PANDAARCH.JOBSARCHIVED AS OF SCN :scn
         WHERE modificationtime >= :window_start AND modificationtime < :window_end
      ) jobs
  ) counted
 GROUP BY GROUPING SETS ((hour)
         , (hour, jobstatus)
         , (hour, brokerageerrorcode)
         , (hour, ddmerrorcode)
         , (hour, exeerrorcode)
         , (hour, jobdispatchererrorcode)
         , (hour, piloterrorcode)
         , (hour, taskbuffererrorcode)
         , (hour, transexitcode)
         , (hour, superrorcode));

-- control_totals: once a load and database: counts of the window
--   reads ATLAS_PANDAARCH.Y2023_JOBSARCHIVED (years database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT CASE
         WHEN GROUPING(jobstatus) = 0 THEN 'state'
         WHEN GROUPING(brokerageerrorcode) = 0 THEN 'brokerage'
         WHEN GROUPING(ddmerrorcode) = 0 THEN 'dataservice'
         WHEN GROUPING(exeerrorcode) = 0 THEN 'executor'
         WHEN GROUPING(jobdispatchererrorcode) = 0 THEN 'jobdispatcher'
         WHEN GROUPING(piloterrorcode) = 0 THEN 'pilot'
         WHEN GROUPING(taskbuffererrorcode) = 0 THEN 'taskbuffer'
         WHEN GROUPING(transexitcode) = 0 THEN 'transform'
         WHEN GROUPING(superrorcode) = 0 THEN 'supervisor'
         ELSE 'rows' END AS kind,
       hour,
       CASE
         WHEN GROUPING(jobstatus) = 0 THEN jobstatus
         WHEN GROUPING(brokerageerrorcode) = 0 THEN CAST(brokerageerrorcode AS VARCHAR2(40))
         WHEN GROUPING(ddmerrorcode) = 0 THEN CAST(ddmerrorcode AS VARCHAR2(40))
         WHEN GROUPING(exeerrorcode) = 0 THEN CAST(exeerrorcode AS VARCHAR2(40))
         WHEN GROUPING(jobdispatchererrorcode) = 0 THEN CAST(jobdispatchererrorcode AS VARCHAR2(40))
         WHEN GROUPING(piloterrorcode) = 0 THEN CAST(piloterrorcode AS VARCHAR2(40))
         WHEN GROUPING(taskbuffererrorcode) = 0 THEN CAST(taskbuffererrorcode AS VARCHAR2(40))
         WHEN GROUPING(transexitcode) = 0 THEN transexitcode
         WHEN GROUPING(superrorcode) = 0 THEN CAST(superrorcode AS VARCHAR2(40)) END AS written,
       COUNT(*) AS n,
       COUNT(first_of_job) AS n_distinct
  FROM (
    SELECT hour, jobstatus, brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode,
           taskbuffererrorcode, transexitcode, superrorcode,
           CASE WHEN ROW_NUMBER() OVER (PARTITION BY hour, pandaid ORDER BY pandaid) = 1 THEN 1 END AS first_of_job
      FROM (
        SELECT TRUNC(modificationtime, 'HH24') AS hour, pandaid, jobstatus,
               brokerageerrorcode, ddmerrorcode, exeerrorcode, jobdispatchererrorcode, piloterrorcode, taskbuffererrorcode,
               transexitcode, superrorcode
          FROM ATLAS_PANDAARCH.Y2023_JOBSARCHIVED AS OF SCN :scn
         WHERE modificationtime >= :window_start AND modificationtime < :window_end
      ) jobs
  ) counted
 GROUP BY GROUPING SETS ((hour)
         , (hour, jobstatus)
         , (hour, brokerageerrorcode)
         , (hour, ddmerrorcode)
         , (hour, exeerrorcode)
         , (hour, jobdispatchererrorcode)
         , (hour, piloterrorcode)
         , (hour, taskbuffererrorcode)
         , (hour, transexitcode)
         , (hour, superrorcode));

-- pandaids: only for hours that have rows in both databases: which jobs a table has
--   reads ATLAS_PANDA.JOBSARCHIVED4 (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT pandaid
  FROM ATLAS_PANDA.JOBSARCHIVED4 AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end;

-- pandaids: only for hours that have rows in both databases: which jobs a table has
--   reads ATLAS_PANDAARCH.JOBSARCHIVED (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT pandaid
  FROM ATLAS_PANDAARCH.JOBSARCHIVED AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end;

-- pandaids: only for hours that have rows in both databases: which jobs a table has
--   reads ATLAS_PANDAARCH.Y2023_JOBSARCHIVED (years database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT pandaid
  FROM ATLAS_PANDAARCH.Y2023_JOBSARCHIVED AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end;

-- rows_by_time: once a slice of the window: its job records
--   reads ATLAS_PANDA.JOBSARCHIVED4 (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2023-12-31 23:15:00
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:15:00, :window_end DATE = 2023-12-31 23:30:00
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:30:00, :window_end DATE = 2023-12-31 23:45:00
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:45:00, :window_end DATE = 2024-01-01 00:00:00
SELECT pandaid, jobdefinitionid, schedulerid, pilotid, creationtime, creationhost, modificationtime,
       modificationhost, atlasrelease, transformation, homepackage, prodserieslabel, prodsourcelabel,
       produserid, assignedpriority, currentpriority, attemptnr, maxattempt, jobstatus, jobname, maxcpucount,
       maxcpuunit, maxdiskcount, maxdiskunit, ipconnectivity, minramcount, minramunit, starttime, endtime,
       cpuconsumptiontime, cpuconsumptionunit, commandtopilot, transexitcode, piloterrorcode, piloterrordiag,
       exeerrorcode, exeerrordiag, superrorcode, superrordiag, ddmerrorcode, ddmerrordiag, brokerageerrorcode,
       brokerageerrordiag, jobdispatchererrorcode, jobdispatchererrordiag, taskbuffererrorcode,
       taskbuffererrordiag, computingsite, computingelement, proddblock, dispatchdblock, destinationdblock,
       destinationse, nevents, grid, cloud, cpuconversion, sourcesite, destinationsite, transfertype, taskid,
       cmtconfig, statechangetime, proddbupdatetime, lockedby, relocationflag, jobexecutionid, vo,
       pilottiming, workinggroup, processingtype, produsername, ninputfiles, countrygroup, batchid, parentid,
       specialhandling, jobsetid, corecount, ninputdatafiles, inputfiletype, inputfileproject, inputfilebytes,
       noutputdatafiles, outputfilebytes, jobmetrics, workqueue_id, jeditaskid, jobsubstatus, actualcorecount,
       reqid, maxrss, maxvmem, maxswap, maxpss, avgrss, avgvmem, avgswap, avgpss, maxwalltime, nucleus,
       eventservice, failedattempt, hs06sec, gshare, hs06, totrchar, totwchar, totrbytes, totwbytes,
       raterchar, ratewchar, raterbytes, ratewbytes, resource_type, diskio, memory_leak, memory_leak_x2,
       container_name, job_label, meancorecount, gco2_regional, gco2_global, cpu_architecture_level,
       outputfiletype
  FROM ATLAS_PANDA.JOBSARCHIVED4 AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end;

-- slice_bounds: once a load and table: PANDAIDs at which it is cut into 2 slices of equal size
--   reads ATLAS_PANDAARCH.JOBSARCHIVED (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT slice, MIN(pandaid) AS first_pandaid, COUNT(*) AS n
  FROM (SELECT pandaid, NTILE(2) OVER (ORDER BY pandaid) AS slice
          FROM ATLAS_PANDAARCH.JOBSARCHIVED AS OF SCN :scn
         WHERE modificationtime >= :window_start AND modificationtime < :window_end) cut
 GROUP BY slice
 ORDER BY slice;

-- rows_by_pandaid: once a slice of PANDAIDs: its job records
--   reads ATLAS_PANDAARCH.JOBSARCHIVED (main database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00, :first_pandaid NUMBER = begin of the slice, :next_pandaid NUMBER = begin of the next slice
SELECT pandaid, jobdefinitionid, schedulerid, pilotid, creationtime, creationhost, modificationtime,
       modificationhost, atlasrelease, transformation, homepackage, prodserieslabel, prodsourcelabel,
       produserid, assignedpriority, currentpriority, attemptnr, maxattempt, jobstatus, jobname, maxcpucount,
       maxcpuunit, maxdiskcount, maxdiskunit, ipconnectivity, minramcount, minramunit, starttime, endtime,
       cpuconsumptiontime, cpuconsumptionunit, commandtopilot, transexitcode, piloterrorcode, piloterrordiag,
       exeerrorcode, exeerrordiag, superrorcode, superrordiag, ddmerrorcode, ddmerrordiag, brokerageerrorcode,
       brokerageerrordiag, jobdispatchererrorcode, jobdispatchererrordiag, taskbuffererrorcode,
       taskbuffererrordiag, computingsite, computingelement, proddblock, dispatchdblock, destinationdblock,
       destinationse, nevents, grid, cloud, cpuconversion, sourcesite, destinationsite, transfertype, taskid,
       cmtconfig, statechangetime, proddbupdatetime, lockedby, relocationflag, jobexecutionid, vo,
       pilottiming, workinggroup, processingtype, produsername, ninputfiles, countrygroup, batchid, parentid,
       specialhandling, jobsetid, corecount, ninputdatafiles, inputfiletype, inputfileproject, inputfilebytes,
       noutputdatafiles, outputfilebytes, jobmetrics, workqueue_id, jeditaskid, jobsubstatus, actualcorecount,
       reqid, maxrss, maxvmem, maxswap, maxpss, avgrss, avgvmem, avgswap, avgpss, maxwalltime, nucleus,
       eventservice, failedattempt, hs06sec, gshare, hs06, totrchar, totwchar, totrbytes, totwbytes,
       raterchar, ratewchar, raterbytes, ratewbytes, resource_type, diskio, memory_leak, memory_leak_x2,
       container_name, job_label, meancorecount, gco2_regional, gco2_global, cpu_architecture_level,
       outputfiletype
  FROM ATLAS_PANDAARCH.JOBSARCHIVED AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end
   AND pandaid >= :first_pandaid AND pandaid < :next_pandaid;

-- slice_bounds: once a load and table: PANDAIDs at which it is cut into 2 slices of equal size
--   reads ATLAS_PANDAARCH.Y2023_JOBSARCHIVED (years database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00
SELECT slice, MIN(pandaid) AS first_pandaid, COUNT(*) AS n
  FROM (SELECT pandaid, NTILE(2) OVER (ORDER BY pandaid) AS slice
          FROM ATLAS_PANDAARCH.Y2023_JOBSARCHIVED AS OF SCN :scn
         WHERE modificationtime >= :window_start AND modificationtime < :window_end) cut
 GROUP BY slice
 ORDER BY slice;

-- rows_by_pandaid: once a slice of PANDAIDs: its job records
--   reads ATLAS_PANDAARCH.Y2023_JOBSARCHIVED (years database)
--   :scn NUMBER = the SCN of the load, :window_start DATE = 2023-12-31 23:00:00, :window_end DATE = 2024-01-01 00:00:00, :first_pandaid NUMBER = begin of the slice, :next_pandaid NUMBER = begin of the next slice
SELECT pandaid, jobdefinitionid, schedulerid, pilotid, creationtime, creationhost, modificationtime,
       modificationhost, atlasrelease, transformation, homepackage, prodserieslabel, prodsourcelabel,
       produserid, assignedpriority, currentpriority, attemptnr, maxattempt, jobstatus, jobname, maxcpucount,
       maxcpuunit, maxdiskcount, maxdiskunit, ipconnectivity, minramcount, minramunit, starttime, endtime,
       cpuconsumptiontime, cpuconsumptionunit, commandtopilot, transexitcode, piloterrorcode, piloterrordiag,
       exeerrorcode, exeerrordiag, superrorcode, superrordiag, ddmerrorcode, ddmerrordiag, brokerageerrorcode,
       brokerageerrordiag, jobdispatchererrorcode, jobdispatchererrordiag, taskbuffererrorcode,
       taskbuffererrordiag, computingsite, computingelement, proddblock, dispatchdblock, destinationdblock,
       destinationse, nevents, grid, cloud, cpuconversion, sourcesite, destinationsite, transfertype, taskid,
       cmtconfig, statechangetime, proddbupdatetime, lockedby, relocationflag, jobexecutionid, vo,
       pilottiming, workinggroup, processingtype, produsername, ninputfiles, countrygroup, batchid, parentid,
       specialhandling, jobsetid, corecount, ninputdatafiles, inputfiletype, inputfileproject, inputfilebytes,
       noutputdatafiles, outputfilebytes, jobmetrics, workqueue_id, jeditaskid, jobsubstatus, actualcorecount,
       reqid, maxrss, maxvmem, maxswap, maxpss, avgrss, avgvmem, avgswap, avgpss, maxwalltime, nucleus,
       eventservice, failedattempt, hs06sec, gshare, hs06, totrchar, totwchar, totrbytes, totwbytes,
       raterchar, ratewchar, raterbytes, ratewbytes, resource_type, diskio, memory_leak, memory_leak_x2,
       container_name, job_label, meancorecount, gco2_regional, gco2_global, cpu_architecture_level,
       outputfiletype
  FROM ATLAS_PANDAARCH.Y2023_JOBSARCHIVED AS OF SCN :scn
 WHERE modificationtime >= :window_start AND modificationtime < :window_end
   AND pandaid >= :first_pandaid AND pandaid < :next_pandaid;
