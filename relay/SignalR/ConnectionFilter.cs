using System.Text.RegularExpressions;

namespace Serverless.Relay.SignalR;

/// <summary>
/// Which connections a text in OData's language of filters means, the part of it that is about connections: <c>userId eq 'a'</c>,
/// <c>connectionId ne 'b'</c>, <c>'g' in groups</c>, <c>not</c>, <c>and</c>, <c>or</c>, parentheses.
/// </summary>
internal sealed partial class ConnectionFilter
{
    private const int MostTokens = 200;

    private readonly string[] _tokens;
    private int _next;

    private ConnectionFilter(string[] tokens) => _tokens = tokens;

    private string? Next => _next < _tokens.Length ? _tokens[_next] : null;

    /// <summary>Reads one, or says what is not understood.</summary>
    public static Func<ClientConnection, Hub, bool>? TryParse(string text, out string? error)
    {
        var found = Token().Matches(text);
        if (found.Sum(token => token.Length) != text.Count(letter => !char.IsWhiteSpace(letter)) + found.Sum(token => token.Value.Count(char.IsWhiteSpace))
            || found.Count > MostTokens)
        {
            error = "it has characters that do not belong into one, or is too long";
            return null;
        }

        var parser = new ConnectionFilter([.. found.Select(token => token.Value)]);
        try
        {
            var filter = parser.Or();
            error = parser.Next is { } rest ? $"it goes on with {rest}" : null;
            return error is null ? filter : null;
        }
        catch (FormatException wrong)
        {
            error = wrong.Message;
            return null;
        }
    }

    private Func<ClientConnection, Hub, bool> Or()
    {
        var left = And();
        while (Take("or"))
        {
            var (one, other) = (left, And());
            left = (connection, hub) => one(connection, hub) || other(connection, hub);
        }

        return left;
    }

    private Func<ClientConnection, Hub, bool> And()
    {
        var left = Not();
        while (Take("and"))
        {
            var (one, other) = (left, Not());
            left = (connection, hub) => one(connection, hub) && other(connection, hub);
        }

        return left;
    }

    private Func<ClientConnection, Hub, bool> Not()
    {
        if (Take("not"))
        {
            var negated = Not();
            return (connection, hub) => !negated(connection, hub);
        }

        if (!Take("("))
        {
            return Comparison();
        }

        var inner = Or();
        return Take(")") ? inner : throw new FormatException("a parenthesis is not closed");
    }

    private Func<ClientConnection, Hub, bool> Comparison()
    {
        if (Next is ['\'', ..])
        {
            var group = Value();
            return Take("in") && Take("groups")
                ? (connection, hub) => hub.IsIn(connection, group!)
                : throw new FormatException("after a text it needs 'in groups'");
        }

        Func<ClientConnection, string?> property = Take("userId") ? connection => connection.UserId
            : Take("connectionId") ? connection => connection.Id
            : throw new FormatException("it needs userId, connectionId or a text");
        var equal = Take("eq") || (Take("ne") ? false : throw new FormatException("it needs eq or ne"));
        var value = Value();
        return (connection, _) => string.Equals(property(connection), value, StringComparison.Ordinal) == equal;
    }

    private string? Value()
    {
        if (Take("null"))
        {
            return null;
        }

        if (Next is not ['\'', .., '\''] text)
        {
            throw new FormatException("it needs a text between apostrophes, or null");
        }

        _next++;
        return text[1..^1].Replace("''", "'", StringComparison.Ordinal);
    }

    private bool Take(string token)
    {
        if (Next != token)
        {
            return false;
        }

        _next++;
        return true;
    }

    [GeneratedRegex(@"'(?:[^']|'')*'|[A-Za-z]+|[()]")]
    private static partial Regex Token();
}
