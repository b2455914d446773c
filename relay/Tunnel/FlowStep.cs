namespace Serverless.Relay.Tunnel;

/// <summary>What one direction of a tunnel has carried.</summary>
/// <param name="Messages">Whole messages, however many frames each had; control frames are none.</param>
/// <param name="Bytes">Payload bytes of data frames, as they passed (compressed ones count compressed).</param>
internal readonly record struct DirectionTotals(long Messages, long Bytes);

/// <summary>What an engine is to do with bytes: write so many to the sink, leave out so many, then go on.</summary>
/// <param name="Passed">How many go to the sink; none when any are skipped.</param>
/// <param name="Skipped">How many go nowhere.</param>
/// <param name="Next">What comes then.</param>
internal readonly record struct FlowStep(int Passed, int Skipped, FlowNext Next);

/// <summary>What an engine does after a step.</summary>
internal enum FlowNext
{
    /// <summary>Read more; what is left belongs to a header cut short.</summary>
    More,

    /// <summary>Take again what is left.</summary>
    Again,

    /// <summary>Write what <see cref="Flow.TryInsert"/> gives, then take again what is left.</summary>
    Insert,

    /// <summary>Take again what is left after <see cref="Flow.Wait"/>, or when something was ordered.</summary>
    Wait,

    /// <summary>The source's Close has been taken whole; what follows it is to be ignored.</summary>
    Closed,

    /// <summary>What is left must not be carried on: <see cref="Flow.End"/>.</summary>
    Broken,
}
