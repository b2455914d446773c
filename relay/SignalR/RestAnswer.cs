namespace Serverless.Relay.SignalR;

/// <summary>What a call of the REST plane comes to.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Faults">What was wrong, if anything was.</param>
/// <param name="Json">Body, if it has one.</param>
internal sealed record RestAnswer(int Status, IReadOnlyList<Fault> Faults, byte[]? Json = null)
{
    /// <summary>As the table says.</summary>
    public static RestAnswer Done { get; } = new(0, []);

    /// <summary>As the table says, with a body.</summary>
    public static RestAnswer Of(byte[] json) => new(0, [], json);

    /// <summary>The caller's mistakes.</summary>
    public static RestAnswer Invalid(params IReadOnlyList<Fault> faults) => new(StatusCodes.Status400BadRequest, faults);

    /// <summary>What is not there. Without its code the SDK takes a 404 for an address that nobody serves.</summary>
    public static RestAnswer Missing(string code, string message) => new(StatusCodes.Status404NotFound, [new Fault(code, message)]);
}
