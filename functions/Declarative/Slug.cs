using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>Makes system names of other people's names.</summary>
internal static class Slug
{
    private const int MaxLength = 63;

    /// <summary>The name, when it is one already, or the closest that is; null when no letter and no digit is in it.</summary>
    public static string? Of(string? name)
    {
        if (name is null || Rules.IsSlug(name))
        {
            return name;
        }

        var spelt = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '-'));
        var joined = string.Join('-', spelt.Split('-', StringSplitOptions.RemoveEmptyEntries)).Trim('-', '_');
        var cut = joined[..Math.Min(joined.Length, MaxLength)].TrimEnd('-', '_');
        return cut.Length == 0 ? null : cut;
    }
}
