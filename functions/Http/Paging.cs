using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Http;

/// <summary>Part of a list.</summary>
/// <param name="Items">What this part holds.</param>
/// <param name="Next">Token for <c>?continue=</c> that gives the next part; null when this is the last.</param>
internal sealed record Listing<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Which part of a list is asked for: <c>?limit=1..100&amp;continue=token</c>.</summary>
/// <param name="Limit">How many items at most.</param>
/// <param name="After">The key that the part before ended with; the empty string for the first part.</param>
internal sealed record Paging(int Limit, string After)
{
    private const int MaxLimit = 100;

    public static bool TryRead(
        HttpRequest request,
        [NotNullWhen(true)] out Paging? paging,
        [NotNullWhen(false)] out Problem? problem)
    {
        (paging, problem) = (null, null);
        var limit = MaxLimit;
        if (request.Query.TryGetValue("limit", out var asked)
            && !(int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MaxLimit))
        {
            problem = Problem.Of(400, "invalid_limit", "The limit is not valid.", $"?limit= takes 1 to {MaxLimit}.");
            return false;
        }

        var after = "";
        if (request.Query.TryGetValue("continue", out var token) && !TryDecode(token.ToString(), out after))
        {
            problem = Problem.Of(
                400,
                "invalid_continue",
                "The continuation is not valid.",
                "?continue= takes the member 'next' of the part before.");
            return false;
        }

        paging = new(limit, after);
        return true;
    }

    /// <summary>
    /// Makes the part of up to <see cref="Limit"/> items from rows of which one more was asked for, so that the last
    /// part is known to be it.
    /// </summary>
    public async Task<Listing<T>> CutAsync<TRow, T>(
        IAsyncEnumerable<TRow> rows,
        Func<TRow, string> key,
        Func<TRow, T> item,
        CancellationToken cancel)
    {
        var items = new List<T>();
        var last = "";
        await foreach (var row in rows.WithCancellation(cancel))
        {
            if (items.Count == Limit)
            {
                return new(items, TokenAfter(last));
            }

            items.Add(item(row));
            last = key(row);
        }

        return new(items, null);
    }

    /// <summary>The token that continues after a key.</summary>
    public static string TokenAfter(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    private static bool TryDecode(string token, out string after)
    {
        after = "";
        if (token.Length is 0 or > 1024 || !Base64Url.IsValid(token))
        {
            return false;
        }

        after = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
        return after.Length > 0 && after.All(c => c is >= ' ' and < '\u007f');
    }
}
