"""How pages are drawn at the cost of what differs: templates once a language, addresses of files once a process."""
