"""WeChat as a machine to talk with: the account's access token, its calls, what its callback says, who an openid is.

It promises: an access token is asked for once, whoever needs it; a call that WeChat rations is not made again before
its time; what claims to come from WeChat is believed only when its signature, time and number say so. It knows openids
and no persons, and sends what it is told: who gets which message is decided above.
"""
