namespace Serverless.Tests.Common;

/// <summary>The bound on every await of a test: generous, because a busy machine is no failure, but an end.</summary>
public static class Timeouts
{
    /// <summary>How long <c>Soon</c> waits unless told otherwise. 30 s.</summary>
    public static readonly TimeSpan Default = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The task, or a <see cref="TimeoutException"/> when it is not done within <see cref="Default"/>.
    /// </summary>
    public static Task Soon(this Task task, TimeSpan? within = null) => task.WaitAsync(within ?? Default);

    /// <inheritdoc cref="Soon(Task, TimeSpan?)"/>
    public static Task<T> Soon<T>(this Task<T> task, TimeSpan? within = null) => task.WaitAsync(within ?? Default);

    /// <inheritdoc cref="Soon(Task, TimeSpan?)"/>
    public static Task Soon(this ValueTask task, TimeSpan? within = null) => task.AsTask().Soon(within);

    /// <inheritdoc cref="Soon(Task, TimeSpan?)"/>
    public static Task<T> Soon<T>(this ValueTask<T> task, TimeSpan? within = null) => task.AsTask().Soon(within);
}
