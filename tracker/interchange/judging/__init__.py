"""What can be wrong with a record of a package: one function a subject, pure."""
