namespace Serverless.Functions.Storage;

/// <summary>How a conditional write ended. Anything else, such as storage being away, is an exception.</summary>
internal enum Write
{
    /// <summary>Written.</summary>
    Done,

    /// <summary>Nothing written: there is one already.</summary>
    Exists,

    /// <summary>Nothing written: somebody changed it since it was read.</summary>
    Stale,

    /// <summary>Nothing written: it is not there.</summary>
    Missing,
}

/// <summary>How an entity-group transaction ended: as its first action that failed did, or all of them done.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="FailedAction">Which action failed; -1 when none did.</param>
internal readonly record struct Submitted(Write Outcome, int FailedAction = -1);
