using System.Text.Json.Serialization;
using Serverless.Contracts;

namespace Serverless.Functions.Promotion;

/// <summary>How much a finding weighs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingLevel>))]
internal enum FindingLevel
{
    /// <summary>The draft cannot work, or contradicts itself: it is not promoted.</summary>
    [JsonStringEnumMemberName("error")]
    Error,

    /// <summary>It works, though hardly as it was meant.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}

/// <summary>Something about a draft that its owner should know.</summary>
/// <param name="Level">How much it weighs.</param>
/// <param name="Code">Stable name.</param>
/// <param name="Pointer">Where: a JSON pointer into the draft.</param>
/// <param name="Message">What, and what to do.</param>
internal sealed record Finding(FindingLevel Level, string Code, string Pointer, string Message)
{
    public static Finding Error(InvalidMember error) => new(FindingLevel.Error, error.Code, error.At, error.Message);

    public static Finding Error(string pointer, string code, string message) => new(FindingLevel.Error, code, pointer, message);

    public static Finding Warning(string pointer, string code, string message) =>
        new(FindingLevel.Warning, code, pointer, message);

    public InvalidMember ToError() => new(Pointer, Code, Message);
}
