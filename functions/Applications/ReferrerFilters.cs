using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Azure;

namespace Serverless.Functions.Applications;

/// <summary>
/// The hosts of pages that may use an application. They are kept with it and carried in the rows of its keys, so a
/// request is judged by the one row that is read for it.
/// </summary>
internal sealed partial class ReferrerFilters(ApplicationTurns turns)
{
    /// <summary>As in 3scale.</summary>
    public const int Most = 5;

    /// <summary>A pattern with the name that it goes by.</summary>
    public static ReferrerFilter Show(string value) => new(IdOf(value), value);

    /// <summary>Whether it can be a pattern at all.</summary>
    public static bool IsWellFormed(string value) => Pattern().IsMatch(value);

    /// <summary>Whether a page may use an application with these patterns; any may where there are none.</summary>
    public static bool Allow(IReadOnlyList<string> patterns, string? referrer) =>
        patterns.Count == 0
        || (referrer is not null && patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, referrer)));

    public Task<Change> AddAsync(string id, string value, CancellationToken cancel) => turns.TakeAsync(
        id,
        ETag.All,
        now => now.Referrers.Contains(value) ? Change.Exists
            : now.Referrers.Count >= Most ? Change.TooMany
            : now with { Referrers = [.. now.Referrers, value] },
        cancel);

    /// <summary>Done, or Missing when there is no such application or filter.</summary>
    public Task<Change> RemoveAsync(string id, string filter, CancellationToken cancel) => turns.TakeAsync(
        id,
        ETag.All,
        now => now.Referrers.Any(value => IdOf(value) == filter)
            ? now with { Referrers = [.. now.Referrers.Where(value => IdOf(value) != filter)] }
            : Change.Missing,
        cancel);

    // Not the pattern itself: some, such as '..', mean something else in the path of a URL.
    private static string IdOf(string value) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(value)))[..12];

    [GeneratedRegex(@"\A[A-Za-z0-9*.-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
