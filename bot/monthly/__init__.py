"""The figures of a clinic's month: counted, drawn, written as a table; in chat and on the command line."""
