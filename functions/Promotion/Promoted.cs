using Serverless.Contracts;

namespace Serverless.Functions.Promotion;

/// <summary>How a promotion, a rollback or a pin ended.</summary>
internal abstract record Promoted
{
    private Promoted()
    {
    }

    /// <summary>The environment serves the version.</summary>
    /// <param name="Record">What it serves.</param>
    /// <param name="Content">The version itself.</param>
    /// <param name="IsNew">Whether it did not before or, on staging, whether the version was made for it.</param>
    internal sealed record Live(EnvironmentRecord Record, ProductSnapshot Content, bool IsNew) : Promoted
    {
        /// <summary>What its owner should know of a draft that has just been frozen; null when none has been.</summary>
        public IReadOnlyList<Finding>? Findings { get; init; }
    }

    /// <summary>There is no such product.</summary>
    internal sealed record NoProduct : Promoted;

    /// <summary>The draft cannot work.</summary>
    internal sealed record NotPromotable(IReadOnlyList<InvalidMember> Errors) : Promoted;

    /// <summary>The environment is not any more what If-Match says.</summary>
    internal sealed record Stale : Promoted;

    /// <summary>Somebody else has promoted or rolled back in the same moment, and he has won.</summary>
    internal sealed record Overtaken : Promoted;

    /// <summary>The version may not be served: which, and why not.</summary>
    internal sealed record Refused(string Code, string Title, string Detail) : Promoted;
}
