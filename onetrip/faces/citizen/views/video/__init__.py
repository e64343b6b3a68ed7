"""Around a video call: who helps from another phone, and agreeing on a time for one."""
