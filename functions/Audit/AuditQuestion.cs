using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Audit;

/// <summary>Which entries are asked for; what is left out does not matter.</summary>
/// <param name="From">Not before this.</param>
/// <param name="To">Before this.</param>
/// <param name="Actor">By this token: its identifier or its name.</param>
/// <param name="Resource">About this resource, or one inside it.</param>
internal sealed record AuditQuestion(DateTimeOffset? From, DateTimeOffset? To, string? Actor, string? Resource)
{
    public static bool TryRead(
        HttpRequest request,
        [NotNullWhen(true)] out AuditQuestion? question,
        [NotNullWhen(false)] out Problem? problem)
    {
        var errors = new List<InvalidMember>();
        var from = ReadTime(request, "from", errors);
        var to = ReadTime(request, "to", errors);
        question = errors.Count > 0
            ? null
            : new(from, to, ReadText(request, "actor"), ReadText(request, "resource")?.TrimEnd('/'));
        problem = errors.Count == 0 ? null : new Problem(new ProblemDocument
        {
            Status = StatusCodes.Status400BadRequest,
            Code = "invalid_query",
            Title = "The query is not valid.",
            Detail = "A time needs the form 2030-01-31T12:00:00Z; see errors.",
            Errors = errors,
        });
        return question is not null;
    }

    public bool Fits(AuditEntry entry) =>
        !(entry.At < From)
        && !(entry.At >= To)
        && (Actor is null || entry.Actor.Token == Actor || entry.Actor.Name == Actor)
        && (Resource is null || IsWithin(entry.Resource) || IsWithin(entry.Path));

    // A path itself, what is below it, and what is done to it: but not /api/products/chat2 for /api/products/chat.
    private bool IsWithin(string path) =>
        path.StartsWith(Resource!, StringComparison.Ordinal)
        && (path.Length == Resource!.Length || path[Resource.Length] is '/' or ':');

    private static string? ReadText(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static DateTimeOffset? ReadTime(HttpRequest request, string name, List<InvalidMember> errors)
    {
        if (ReadText(request, name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return time.ToUniversalTime();
        }

        errors.Add(new("/" + name, "invalid_time", $"'{Text.Shorten(text)}' is no time."));
        return null;
    }
}
