"""The steps that move a window of completed jobs from PanDA's database into Cassandra, one file each."""
