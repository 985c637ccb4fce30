"""Scheduled jobs: one process beside the web server, a readable timetable, one small file a job."""
