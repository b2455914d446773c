namespace Serverless.Relay.Outcomes;

/// <summary>The refusals that a product may word itself, as 3scale sorts them.</summary>
internal enum RefusalKind
{
    /// <summary>Never worded by a product.</summary>
    Other,

    /// <summary>3scale: auth_missing.</summary>
    CredentialsMissing,

    /// <summary>3scale: auth_failed.</summary>
    AuthenticationFailed,

    /// <summary>3scale: no_match.</summary>
    NoMatch,

    /// <summary>3scale: limits_exceeded.</summary>
    LimitsExceeded,
}
