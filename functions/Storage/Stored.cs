using Azure;

namespace Serverless.Functions.Storage;

/// <summary>A value as it was read, with the tag that tells whether it still is.</summary>
/// <param name="Value">What is stored.</param>
/// <param name="ETag">Condition for the next write.</param>
internal sealed record Stored<T>(T Value, ETag ETag);
