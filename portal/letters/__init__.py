"""Letters by which families come in: made, printed, revoked and made again by staff; redeemed by whoever holds one."""
