namespace Serverless.Functions.Declarative;

/// <summary>From which places of the document that was sent the parts of the one made of it come.</summary>
internal sealed class Trace(string from)
{
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal) { [""] = from };

    public void Add(string pointer, string source) => _sources[pointer] = source;

    /// <summary>The source of a part, or of the closest part around it that has one.</summary>
    public string Find(string pointer)
    {
        for (var at = pointer; ; at = at[..at.LastIndexOf('/')])
        {
            if (_sources.TryGetValue(at, out var source))
            {
                return source;
            }
        }
    }
}
