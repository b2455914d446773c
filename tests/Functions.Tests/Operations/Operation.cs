namespace Serverless.Functions.Tests.Operations;

/// <summary>One call that changes something, and what has to be there for it.</summary>
/// <param name="Function">Name of the function.</param>
/// <param name="Needs">Steps of <see cref="Stage"/> that come before it, in their order.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, with the places of a stage in it.</param>
/// <param name="Body">Body, likewise; <c>{i}</c> is a number that differs from call to call.</param>
/// <param name="Makes">Path of what it makes, when that has a name of the caller's.</param>
/// <param name="Variant">Tells it from others of the same function.</param>
public sealed record Operation(
    string Function,
    string Needs,
    string Method,
    string Path,
    string? Body = null,
    string? Makes = null,
    string Variant = "")
{
    public override string ToString() => Variant.Length > 0 ? $"{Function} ({Variant})" : Function;
}
