namespace Serverless.Relay.Management;

/// <summary>What a call to the functions came to.</summary>
internal abstract record Fetched<T>
{
    private Fetched()
    {
    }

    /// <summary>An answer.</summary>
    /// <param name="Value">Its body.</param>
    /// <param name="ETag">Its entity tag, if it has one.</param>
    internal sealed record Fresh(T Value, string? ETag) : Fetched<T>;

    /// <summary>What the caller has is still right (304).</summary>
    internal sealed record Unchanged : Fetched<T>;

    /// <summary>It is taken, and there is nothing to say about it (204).</summary>
    internal sealed record Taken : Fetched<T>;

    /// <summary>No answer now; asking again later may get one.</summary>
    /// <param name="Why">For the log: status or kind of failure. Never a credential.</param>
    internal sealed record Away(string Why) : Fetched<T>;

    /// <summary>An answer that will be no better next time: a refusal, or a body that cannot be read.</summary>
    /// <param name="Why">For the log. Never a credential.</param>
    internal sealed record Refused(string Why) : Fetched<T>;
}
