namespace Serverless.Functions.MessageRules;

/// <summary>How the values of a choice are spelt: as they are named, in small letters.</summary>
internal static class Words<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values =
        Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant());

    public static string List { get; } = string.Join(", ", Values.Keys);

    public static T? Parse(string word) => Values.TryGetValue(word, out var value) ? value : null;

    public static string Of(T value) => Values.First(word => word.Value.Equals(value)).Key;
}
