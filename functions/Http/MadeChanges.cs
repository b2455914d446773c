using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Http;

/// <summary>One of the changes that a call makes.</summary>
/// <param name="Resource">Path of what has changed.</param>
/// <param name="Before">What it was; null when it was made.</param>
/// <param name="After">What it is; null when it is gone.</param>
internal sealed record MadeChange(string Resource, JsonNode? Before, JsonNode? After);

/// <summary>
/// What a call that changes many resources has changed so far. It is told step by step, so that it is known however the call
/// ends: overtaken half-way, it has made the changes before all the same.
/// </summary>
internal sealed class MadeChanges
{
    private readonly List<MadeChange> _all = [];

    public IReadOnlyList<MadeChange> All => _all;

    /// <summary>Those of a call, to be told.</summary>
    public static MadeChanges In(HttpContext call)
    {
        var made = new MadeChanges();
        call.Features.Set(made);
        return made;
    }

    /// <summary>Those that a call has made; none, unless it has told.</summary>
    public static IReadOnlyList<MadeChange> Of(HttpContext call) => call.Features.Get<MadeChanges>()?.All ?? [];

    public void Add(MadeChange change) => _all.Add(change);
}
