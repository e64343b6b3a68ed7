"""The embedded PostgreSQL and Valkey: started from the wheels in the virtual environment, stopped with us.

Promises: no folder but our own changes owner or mode; as root the servers run as an unprivileged user;
nothing they started outlives the process that started them; each reason not to start is one clear line.
"""
