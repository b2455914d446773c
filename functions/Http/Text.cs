namespace Serverless.Functions.Http;

/// <summary>Shows a caller's own text back to him without letting it take over the answer.</summary>
internal static class Text
{
    /// <summary>The first 100 characters, control characters replaced.</summary>
    public static string Shorten(string text)
    {
        var start = text.Length > 100 ? text[..100] + "…" : text;
        return string.Concat(start.Select(c => char.IsControl(c) ? '�' : c));
    }
}
