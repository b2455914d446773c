using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Functions.Http;

/// <summary>A request's body: what it holds, or the one problem that names everything wrong with it.</summary>
internal sealed class Body<T>
    where T : class
{
    private readonly T? _value;
    private readonly Problem? _problem;

    public Body(T value) => _value = value;

    public Body(Problem problem) => _problem = problem;

    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Problem? problem)
    {
        (value, problem) = (_value, _problem);
        return value is not null;
    }
}

/// <summary>
/// Reads bodies. Every error is found before one is reported: members that are unknown, double or of the wrong type by
/// <see cref="Shape"/>, the rest by the check of the resource itself.
/// </summary>
internal static class Body
{
    public const int MaxBytes = 1024 * 1024;

    private const int FirstBytes = 4 * 1024;

    /// <summary>
    /// Reads and checks. Members of an input are all nullable and none is <c>required</c>: what could not be read is
    /// null, and the check says what is missing.
    /// </summary>
    public static async Task<Body<T>> ReadAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> type,
        Action<T, Errors> check,
        CancellationToken cancel)
        where T : class
    {
        if (!HasType(request, "application/json"))
        {
            return new(Problem.Of(
                415,
                "unsupported_media_type",
                "Not JSON.",
                "The body needs Content-Type application/json, in UTF-8."));
        }

        var bytes = await ReadBytesAsync(request, MaxBytes, cancel);
        return bytes is null ? new(TooLarge(MaxBytes)) : Parse(bytes.Value, type, check);
    }

    /// <summary>The same where the check has to look into storage, for what the body names.</summary>
    public static async Task<Body<T>> ReadAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> type,
        Func<T, Errors, Task> checkAsync,
        CancellationToken cancel)
        where T : class
    {
        T? read = null;
        Errors? found = null;
        var body = await ReadAsync(request, type, (value, errors) => (read, found) = (value, errors), cancel);
        if (read is null)
        {
            return body;
        }

        await checkAsync(read, found!);
        return found!.Found.Count == 0 ? body : new(Problem.Invalid(found.Found));
    }

    /// <summary>The same for a body that may be left out, which is then one without members.</summary>
    public static async Task<Body<T>> ReadOptionalAsync<T>(
        HttpRequest request,
        JsonTypeInfo<T> type,
        Action<T, Errors> check,
        CancellationToken cancel)
        where T : class, new() => request.ContentLength != 0
            && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false }
            ? await ReadAsync(request, type, check, cancel)
            : new(new T());

    /// <summary>Whether the body says to be of one of these media types, in UTF-8.</summary>
    public static bool HasType(HttpRequest request, params ReadOnlySpan<string> mediaTypes)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || (type.CharSet is { } set && !string.Equals(set.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        foreach (var mediaType in mediaTypes)
        {
            if (string.Equals(type.MediaType, mediaType, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bytes of a body; null when there are more than so many.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadBytesAsync(HttpRequest request, int atMost, CancellationToken cancel)
    {
        if (request.ContentLength > atMost)
        {
            return null;
        }

        // One byte more than is to come, so that the end is seen without making room for more.
        var buffer = new byte[(int)(request.ContentLength ?? FirstBytes) + 1];
        var length = 0;
        for (int read; (read = await request.Body.ReadAsync(buffer.AsMemory(length), cancel)) > 0;)
        {
            length += read;
            if (length > atMost)
            {
                return null;
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(2 * length, atMost + 1));
            }
        }

        return buffer.AsMemory(0, length);
    }

    /// <summary>The refusal of a body that is longer than it may be.</summary>
    public static Problem TooLarge(int atMost) =>
        Problem.Of(413, "body_too_large", "Body too large.", $"A body may have {atMost} bytes.");

    private static Body<T> Parse<T>(ReadOnlyMemory<byte> bytes, JsonTypeInfo<T> type, Action<T, Errors> check)
        where T : class
    {
        if (!Utf8.IsValid(bytes.Span))
        {
            return Malformed<T>("It is not UTF-8.");
        }

        var errors = new Errors();
        if (QuickRead.TryRead(bytes.Span, type, out var right))
        {
            check(right, errors);
            return errors.Found.Count == 0 ? new(right) : new(Problem.Invalid(errors.Found));
        }

        try
        {
            using var document = JsonDocument.Parse(bytes);
            if (!Members.TryFindDoubles(document.RootElement, errors))
            {
                return Malformed<T>("A string in it holds half a surrogate pair.");
            }

            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return new(Problem.Invalid([new("", "wrong_type", "The body needs to be an object.")]));
            }

            var value = Shape.Clean(document.RootElement, type, "", errors)!.Deserialize(type)!;
            check(value, errors);
            return errors.Found.Count == 0 ? new(value) : new(Problem.Invalid(errors.Found));
        }
        catch (JsonException e)
        {
            return Malformed<T>($"It breaks off or goes wrong at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
    }

    private static Body<T> Malformed<T>(string detail)
        where T : class => new(Problem.Of(400, "malformed_json", "The body is not JSON.", detail));
}
