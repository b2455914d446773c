using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Declarative;

/// <summary>A document that somebody wrote, in YAML or JSON.</summary>
/// <param name="Root">What it says, as JSON.</param>
/// <param name="Positions">Where it says it.</param>
internal sealed record SourceDocument(JsonElement Root, Positions Positions)
{
    /// <summary>How long a document may be. 2 MB, as 3scale has it for its configurations.</summary>
    public const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>How deep a document may go. No product needs half of it.</summary>
    public const int MaxDepth = 32;

    /// <summary>How many values a document may hold: the greatest product is far below, and memory stays bounded.</summary>
    public const int MaxNodes = 50_000;

    private static readonly string[] Yaml = ["application/yaml", "application/x-yaml", "text/yaml"];
    private static readonly string[] Json = ["application/json"];

    /// <summary>
    /// Reads a request's body. What is wrong with single parts goes to the errors; when there is no reading on, the
    /// problem is all there is.
    /// </summary>
    public static async Task<(SourceDocument? Document, Problem? Problem)> ReadAsync(
        HttpRequest request,
        Errors errors,
        CancellationToken cancel)
    {
        var isYaml = Body.HasType(request, Yaml);
        if (!isYaml && !Body.HasType(request, Json))
        {
            return (null, Problem.Of(
                415,
                "unsupported_media_type",
                "Neither YAML nor JSON.",
                "The body needs Content-Type application/yaml or application/json, in UTF-8."));
        }

        return await Body.ReadBytesAsync(request, MaxBytes, cancel) is { } bytes
            ? Parse(bytes, isYaml, errors)
            : (null, Body.TooLarge(MaxBytes));
    }

    /// <summary>The same of bytes.</summary>
    public static (SourceDocument? Document, Problem? Problem) Parse(ReadOnlyMemory<byte> bytes, bool isYaml, Errors errors)
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            return (null, Malformed(isYaml, "It is not UTF-8.", null));
        }

        try
        {
            return (isYaml ? YamlText.Read(bytes, errors) : JsonText.Read(bytes, errors), null);
        }
        catch (UnreadableException e)
        {
            return (null, Malformed(isYaml, e.Message, e.Position));
        }
    }

    /// <summary>Everything that is wrong with the document, each with its place in the text.</summary>
    public Problem Refuse(Errors errors) => Problem.Invalid(Positions.Place(errors.Found));

    private static Problem Malformed(bool isYaml, string detail, Position? position)
    {
        var (code, title) = isYaml ? ("malformed_yaml", "The body is not YAML.") : ("malformed_json", "The body is not JSON.");
        return new(new ProblemDocument
        {
            Status = StatusCodes.Status400BadRequest,
            Code = code,
            Title = title,
            Detail = position is { } at ? $"{detail} (line {at.Line}, column {at.Column})" : detail,
            Errors = [new("", code, detail) { Line = position?.Line, Column = position?.Column }],
        });
    }
}

/// <summary>The text cannot be read on from a place: what the readers of both languages end in.</summary>
internal sealed class UnreadableException(string message, Position position, Exception? inner = null)
    : Exception(message, inner)
{
    public Position Position { get; } = position;
}
