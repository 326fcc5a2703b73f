"""An OpenID Connect provider on this machine: npm's ``oidc-provider``, with Node from pip."""
