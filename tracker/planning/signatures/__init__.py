"""Documents asked for, and signing one."""
