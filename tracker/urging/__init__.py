"""The end of the escalation: letters that urge a body whose work is late, and public apologies for files that were."""
