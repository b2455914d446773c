using System.Buffers.Text;
using System.Text;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Functions.Http;

/// <summary>
/// Entity tags: storage's own, which are weak by name though not by meaning, dressed as strong ones for HTTP and back.
/// </summary>
internal static class Tag
{
    // Far more than callers come to one thing at once; each time, one of them succeeds.
    private const int MostAttempts = 100;

    /// <summary>The value of the header ETag.</summary>
    public static string Of(ETag stored) => $"\"{Base64Url.EncodeToString(Encoding.ASCII.GetBytes(stored.ToString("H")))}\"";

    /// <summary>The condition of a change that needs one: If-Match with one tag or <c>*</c>.</summary>
    public static bool TryGetIfMatch(HttpRequest request, out ETag stored, out Problem? problem)
    {
        var header = request.Headers.IfMatch;
        if (header.Count == 0)
        {
            stored = default;
            problem = Problem.Of(
                428,
                "if_match_required",
                "If-Match is needed.",
                "Send the ETag of the answer that the change is based on as If-Match, or * to change it whatever it is.");
            return false;
        }

        return TryRead(header.ToString(), out stored, out problem);
    }

    /// <summary>The condition of a change that may have one: <c>*</c> when If-Match is not sent.</summary>
    public static bool TryGetOptionalIfMatch(HttpRequest request, out ETag stored, out Problem? problem)
    {
        if (request.Headers.IfMatch.Count > 0)
        {
            return TryRead(request.Headers.IfMatch.ToString(), out stored, out problem);
        }

        (stored, problem) = (ETag.All, null);
        return true;
    }

    /// <summary>The condition, or when it is <c>*</c> that the row is still the one just read.</summary>
    public static ETag OrThis(this ETag ifMatch, ETag read) => ifMatch == ETag.All ? read : ifMatch;

    /// <summary>
    /// Makes a change that begins with reading what it changes. Under <c>*</c> it is made again whenever somebody else has
    /// come in between: as it is now, then.
    /// </summary>
    public static async Task<IResult> ChangeAsync(this ETag ifMatch, Func<Task<IResult>> change)
    {
        var answer = await change();
        for (var attempt = 1; ifMatch == ETag.All && attempt < MostAttempts && answer is Problem { IsStale: true }; attempt++)
        {
            answer = await change();
        }

        return answer;
    }

    /// <summary>Whether the caller says that he has this very answer already.</summary>
    public static bool IsKnown(HttpRequest request, string tag) =>
        request.Headers.IfNoneMatch.Count > 0
        && EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(k => k.Tag == "*" || k.Tag == tag);

    private static bool TryRead(string header, out ETag stored, out Problem? problem)
    {
        (stored, problem) = (ETag.All, null);
        if (!EntityTagHeaderValue.TryParse(header, out var tag))
        {
            problem = Problem.Of(400, "invalid_if_match", "If-Match is not valid.", "It needs one quoted ETag, or *.");
            return false;
        }

        if (tag.Tag == "*")
        {
            return true;
        }

        if (!tag.IsWeak && TryDecode(tag.Tag.AsSpan()[1..^1], out stored))
        {
            return true;
        }

        // Never one of ours, so certainly not the current one.
        problem = Problem.Stale();
        return false;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, out ETag stored)
    {
        stored = default;
        if (text.Length > 200 || !Base64Url.IsValid(text))
        {
            return false;
        }

        var decoded = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text));
        if (!decoded.StartsWith("W/\"datetime'", StringComparison.Ordinal)
            || !decoded.EndsWith("'\"", StringComparison.Ordinal)
            || !decoded.All(c => char.IsAsciiLetterOrDigit(c) || "/\"'%:.-".Contains(c, StringComparison.Ordinal)))
        {
            return false;
        }

        stored = new ETag(decoded);
        return true;
    }
}
