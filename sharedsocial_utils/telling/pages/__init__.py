"""The ten pages of the report, and what the analyst sees: each module makes the blocks of one."""
