namespace Serverless.Relay.SignalR;

/// <summary>One line of the REST plane.</summary>
/// <param name="Methods">HTTP methods, with blanks between them.</param>
/// <param name="Template">Path; a part in braces stands for any name.</param>
/// <param name="Status">Of an answer without a fault.</param>
/// <param name="Act">What it does.</param>
internal sealed record RestOperation(
    string Methods, string Template, int Status, Func<RestCall, CancellationToken, ValueTask<RestAnswer>> Act)
{
    private readonly string[] _parts = Template.Trim('/').Split('/');

    /// <summary>Whether it is of the first dialect, which has no <c>api-version</c>.</summary>
    public bool IsFirstDialect => _parts[1] == "v1";

    /// <summary>Whether everybody may call it: the one that names no hub.</summary>
    public bool IsOpen => !_parts.Contains("{hub}");

    /// <summary>Whether it is called by this method.</summary>
    public bool Takes(string method) => Methods.Split(' ').Contains(method, StringComparer.Ordinal);

    /// <summary>The names in a path, or null when it is another's.</summary>
    public Dictionary<string, string>? Match(IReadOnlyList<string> path)
    {
        if (path.Count != _parts.Length)
        {
            return null;
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < _parts.Length; i++)
        {
            if (_parts[i][0] == '{')
            {
                names[_parts[i][1..^1]] = path[i];
            }
            else if (!_parts[i].Equals(path[i], StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }
        }

        return names;
    }
}
