namespace Serverless.Functions.Http;

/// <summary>Shows a caller's own text back to him without letting it take over the answer.</summary>
internal static class Text
{
    /// <summary>The first characters, control characters replaced.</summary>
    public static string Shorten(string text, int atMost = 100)
    {
        var start = text.Length > atMost ? text[..atMost] + "…" : text;
        return string.Concat(start.Select(c => char.IsControl(c) ? '�' : c));
    }
}
