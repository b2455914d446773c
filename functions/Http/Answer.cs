using System.Text.Json.Serialization.Metadata;
using Azure;
using Microsoft.AspNetCore.Http;

namespace Serverless.Functions.Http;

/// <summary>A resource as the answer, with its ETag; 304 without it for a GET that says it has it.</summary>
internal sealed class Answer<T>(int status, T value, JsonTypeInfo<T> type, string? tag, string? location) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        if (tag is not null)
        {
            response.Headers.ETag = tag;
            if (HttpMethods.IsGet(httpContext.Request.Method) && Tag.IsKnown(httpContext.Request, tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        if (location is not null)
        {
            response.Headers.Location = location;
        }

        response.StatusCode = status;
        return ReadableJson.WriteAsync(response, value, type, "application/json", httpContext.RequestAborted);
    }
}

/// <summary>Makes answers.</summary>
internal static class Answer
{
    /// <summary>200 with the resource.</summary>
    public static IResult Ok<T>(T value, JsonTypeInfo<T> type, ETag tag) => new Answer<T>(200, value, type, Tag.Of(tag), null);

    /// <summary>200 with something that has no ETag, or one that is not storage's.</summary>
    public static IResult Ok<T>(T value, JsonTypeInfo<T> type, string? tag = null) => new Answer<T>(200, value, type, tag, null);

    /// <summary>201 with the new resource and its address.</summary>
    public static IResult Created<T>(string location, T value, JsonTypeInfo<T> type, ETag tag) =>
        new Answer<T>(201, value, type, Tag.Of(tag), location);

    /// <summary>204: it is gone.</summary>
    public static IResult Deleted { get; } = TypedResults.NoContent();
}
