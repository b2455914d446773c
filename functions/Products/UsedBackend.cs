using Serverless.Functions.Http;

namespace Serverless.Functions.Products;

/// <summary>A backend as a product uses it: mounted on a path.</summary>
/// <param name="Backend">System name of the backend.</param>
/// <param name="Path"><c>/</c>, or <c>/a/b</c> without a slash at its end.</param>
internal sealed record UsedBackend(string Backend, string Path);

/// <summary>Body that puts a backend into a product, or moves it to another path.</summary>
internal sealed record UsedBackendInput
{
    public string? Backend { get; init; }

    public string? Path { get; init; }

    public void Check(Errors errors, string? existing = null)
    {
        errors.SystemName("/backend", Backend, existing);
        if (Path is not null && !IsPath(Path))
        {
            errors.Add(
                "/path",
                "invalid_path",
                $"It needs a path of up to {Rules.MaxName} characters of a URL, without empty, '.' and '..' segments.");
        }
    }

    public UsedBackend ToUsedBackend(string backend) => new(backend, "/" + (Path ?? "").Trim('/'));

    private static bool IsPath(string path)
    {
        var inner = path.Trim('/');
        return path.Length is > 0 and <= Rules.MaxName
            && !path.Contains("//", StringComparison.Ordinal)
            && inner.Split('/').All(IsSegment);
    }

    private static bool IsSegment(string segment) =>
        segment is not ("." or "..")
        && segment.All(c => char.IsAsciiLetterOrDigit(c) || "-._~!$&'()*+,;=:@".Contains(c, StringComparison.Ordinal));
}
