"""What appraisers work with: the sheets that wait and for how long, their questions, their usual reasons."""
