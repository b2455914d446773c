using Serverless.Functions.Plans;

namespace Serverless.Functions.Usage;

/// <summary>A limit, the window it counts in now, and what the window holds.</summary>
internal readonly record struct WindowCount(PlanLimit Limit, UsageWindow Window, long Used)
{
    /// <summary>Whether so much more stays within the limit. Written so that no sum can overflow.</summary>
    public bool Fits(long amount) => amount <= Limit.Value - Used;
}
